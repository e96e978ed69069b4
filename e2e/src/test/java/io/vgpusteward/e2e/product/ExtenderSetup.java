package io.vgpusteward.e2e.product;

import io.vgpusteward.e2e.rig.KubeScheduler;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Relay;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SchedulerConfiguration;
import java.util.List;

/**
 * The product with its extender, a second kube-scheduler that asks the extender through a relay,
 * and who publishes inventories. Virtual machines with a vGPU go to that scheduler.
 */
final class ExtenderSetup implements AutoCloseable {
  /** The second scheduler. */
  static final String SCHEDULER = "vgpu-scheduler";

  /** The resource by which the scheduler knows whom to ask the extender about. */
  static final String MARKER = "vgpu-steward.io/framebuffer-gib";

  private static final String[] PLACED = {"--placement=extender", "--scheduler-name=" + SCHEDULER};

  private final Product product;
  private final Relay relay;
  private final KubeScheduler scheduler;
  private final Inventories inventories;

  private ExtenderSetup(
      Product product, Relay relay, KubeScheduler scheduler, Inventories inventories) {
    this.product = product;
    this.relay = relay;
    this.scheduler = scheduler;
    this.inventories = inventories;
  }

  /** Installs all of it, and returns once it works. */
  static ExtenderSetup install(Rig rig) {
    Product product = Product.install(rig, PLACED);
    Relay relay = Relay.to(rig, List.of(product.extenderPort()));
    try {
      return new ExtenderSetup(product, relay, scheduler(rig, relay), new Inventories(rig));
    } catch (RuntimeException | Error e) {
      relay.close();
      product.close();
      throw e;
    }
  }

  private static KubeScheduler scheduler(Rig rig, Relay relay) {
    Pair client = rig.authority().client(SCHEDULER, List.of());
    return KubeScheduler.start(
        rig,
        SCHEDULER,
        new SchedulerConfiguration(rig, SCHEDULER)
            .impatient()
            .withExtender(
                "https://127.0.0.1:" + relay.port() + "/scheduler",
                rig.authority().authority().certificate(),
                client,
                MARKER)
            .toString());
  }

  Product product() {
    return product;
  }

  /** Starts one more process of the product, which the relay knows nothing of. */
  Replica startAnother(String name, String... flags) {
    String[] all = new String[PLACED.length + flags.length];
    System.arraycopy(PLACED, 0, all, 0, PLACED.length);
    System.arraycopy(flags, 0, all, PLACED.length, flags.length);
    return product.startAnother(name, all);
  }

  /** What stands between scheduler and extender. */
  Relay relay() {
    return relay;
  }

  Inventories inventories() {
    return inventories;
  }

  /** All that the scheduler has written. */
  String schedulerLog() {
    return scheduler.log();
  }

  @Override
  public void close() {
    inventories.close();
    scheduler.close();
    relay.close();
    product.close();
  }
}
