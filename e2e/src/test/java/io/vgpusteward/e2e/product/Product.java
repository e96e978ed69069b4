package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The program in a cluster, as its own process, with the account, the rights and the webhooks that
 * it ships with. Closing it takes all of that away again, but for the namespace, which is emptied.
 */
public final class Product implements AutoCloseable {
  /** The namespace of the release. */
  public static final String NAMESPACE = "vgpu-steward";

  private static final String NAME = "vgpu-steward";

  /** What the program, or a test in the node agent's stead, leaves in its namespace. */
  private static final String CONTENT = "secrets,configmaps,leases,events";

  private final Rig rig;
  private final Path kubeconfig;
  private final Replica process;
  private final Webhooks webhooks;

  private Product(Rig rig, String... flags) {
    this.rig = rig;
    kubeconfig = rig.accountKubeconfig(NAMESPACE, NAME);
    process = new Replica(rig, NAME, kubeconfig, flags);
    webhooks = new Webhooks(rig, process);
  }

  /** Installs it and returns once the API server's requests go by it. */
  public static Product install(Rig rig, String... flags) {
    prepare(rig.kubectl());
    rig.kubectl().apply(resource("rbac.yaml"));
    Product product;
    try {
      product = new Product(rig, flags);
    } catch (RuntimeException | Error e) {
      takeRights(rig.kubectl());
      throw e;
    }
    try {
      product.process.awaitReady();
      product.webhooks.register();
      return product;
    } catch (RuntimeException | Error e) {
      product.close();
      throw e;
    }
  }

  /** Has the release's namespace, and definitions: as with Helm, these stay when the rest goes. */
  static void prepare(Kubectl kubectl) {
    kubectl.apply(resource("namespace.yaml"));
    kubectl.ok("apply", "--server-side", "--filename=../charts/vgpu-steward/crds");
  }

  /** Starts one more process of it, which no reviews are sent to; the caller closes it. */
  Replica startAnother(String name, String... flags) {
    Replica another = new Replica(rig, name, kubeconfig, flags);
    try {
      another.awaitReady();
      return another;
    } catch (RuntimeException | Error e) {
      another.close();
      throw e;
    }
  }

  /** Starts it again after {@link #kill}; returns once it is ready. */
  public void restart() {
    process.restart();
  }

  /** Ends the process by SIGKILL, and leaves the webhooks as they are. */
  public void kill() {
    process.kill();
  }

  /** Ends the process by SIGTERM, and leaves the webhooks as they are. */
  void stop() {
    process.stop();
  }

  /** The webhooks by which the API server asks it. */
  Webhooks webhooks() {
    return webhooks;
  }

  /** Where kube-scheduler finds its extender, with {@code --placement=extender}. */
  int extenderPort() {
    return process.extenderPort();
  }

  /** Kubectl with the rights of the program. */
  Kubectl kubectl() {
    return rig.kubectl(kubeconfig);
  }

  /** All that it has written. */
  public String log() {
    return process.log();
  }

  /** What it serves under {@code /metrics}. */
  public String metrics() {
    return process.metrics();
  }

  /** How many reviews it has answered, at any path. */
  long reviews() {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("vgpu_steward_admission_duration_seconds_count{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Override
  public void close() {
    Kubectl kubectl = rig.kubectl();
    webhooks.unregister();
    try {
      process.close();
    } finally {
      takeRights(kubectl);
    }
  }

  private static void takeRights(Kubectl kubectl) {
    kubectl
        .runWith(resource("rbac.yaml"), "delete", "-f", "-", "--ignore-not-found", "--wait=false")
        .orThrow();
    kubectl.ok("delete", CONTENT, "--all", "--namespace", NAMESPACE, "--wait=false");
  }

  /** A file that the product ships. */
  static String resource(String name) {
    try (InputStream resource = Product.class.getResourceAsStream("/product/" + name)) {
      if (resource == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(resource.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
