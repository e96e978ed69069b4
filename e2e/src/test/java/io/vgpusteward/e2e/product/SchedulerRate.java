package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.KubeScheduler;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SchedulerConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The program behind {@code bench/run scheduler}: how many pods a second a real kube-scheduler
 * places on nodes that are objects only, with and without extenders, each case in turns with the
 * others so that a busy machine slows all of them.
 */
final class SchedulerRate {
  private static final String MARKER = "vgpu-steward.io/framebuffer-gib";
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final int NODES = 1000;
  private static final int PER_NODE = 8;
  private static final int ROUNDS = 2;
  private static final int WARM_UP = 3000;
  private static final int QPS = 5000;
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(200);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Rig rig;
  private final int pods;
  private final Map<Case, Rate> rates = new EnumMap<>(Case.class);

  private enum Asked {
    NOBODY,
    PASS_ALL,
    OURS
  }

  private enum Case {
    VGPU_ALONE("vGPU pods, no extender", Asked.NOBODY, true),
    VGPU_PASS_ALL("vGPU pods, pass-all extender", Asked.PASS_ALL, true),
    VGPU_OURS("vGPU pods, vgpu-steward", Asked.OURS, true),
    OTHER_ALONE("other pods, no extender", Asked.NOBODY, false),
    OTHER_OURS("other pods, vgpu-steward", Asked.OURS, false);

    private final String title;
    private final Asked asked;
    private final boolean vgpu;

    Case(String title, Asked asked, boolean vgpu) {
      this.title = title;
      this.asked = asked;
      this.vgpu = vgpu;
    }
  }

  private record Rate(int placed, double seconds) {
    Rate plus(Rate other) {
      return new Rate(placed + other.placed, seconds + other.seconds);
    }

    double perSecond() {
      return placed / seconds;
    }
  }

  private SchedulerRate(Rig rig, int pods) {
    this.rig = rig;
    this.pods = pods;
  }

  /**
   * Measures and prints.
   *
   * @param arguments the folder of the rig, the program with the peers, and how many pods in each
   *     turn
   */
  static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    try (Rig rig =
        Rig.start(folder, EnumSet.of(Component.CONTROLLER_MANAGER, Component.KUBEVIRT))) {
      new SchedulerRate(rig, Integer.parseInt(arguments[2])).run(Path.of(arguments[1]));
    }
  }

  private void run(Path peers) {
    int ourPort = rig.ports().next();
    int theirPort = rig.ports().next();
    Path authority = rig.authority().authority().certificate();
    Pair serving = rig.authority().server("pass-all");
    Pair client = rig.authority().client("extender-client", List.of());
    rig.start(
        "pass-all",
        Map.of(),
        List.of(
            peers.toString(),
            "peer",
            "-listen=127.0.0.1:" + theirPort,
            "-certificate=" + serving.certificate(),
            "-key=" + serving.key(),
            "-client-ca=" + authority));
    try (var _ =
            Product.install(
                rig,
                "--controller=false",
                "--extender-listen=127.0.0.1:" + ourPort,
                "--extender-client-ca=" + authority,
                "--inventory-max-age=24h");
        Inventories inventories = new Inventories(rig)) {
      fill(inventories);
      String namespace = rig.newNamespace();
      Function<Asked, Consumer<SchedulerConfiguration>> asking =
          asked ->
              configuration -> {
                if (asked != Asked.NOBODY) {
                  configuration.withExtender(
                      "https://127.0.0.1:"
                          + (asked == Asked.OURS ? ourPort : theirPort)
                          + "/scheduler",
                      authority,
                      client,
                      MARKER);
                }
              };
      // A JVM that has just started interprets; one that has served a scheduler for a while does
      // not.
      measure(namespace, "warm-up", asking.apply(Asked.OURS), true, WARM_UP);
      for (int round = 0; round < ROUNDS; round++) {
        for (Case one : Case.values()) {
          String name = (one + "-" + round).toLowerCase(Locale.ROOT).replace('_', '-');
          Rate rate = measure(namespace, name, asking.apply(one.asked), one.vgpu, pods);
          rates.merge(one, rate, Rate::plus);
          System.out.printf("  %-32s %6.0f pods/s%n", one.title, rate.perSecond());
        }
      }
      print();
    }
  }

  private void fill(Inventories inventories) {
    List<Nodes.Wish> wishes = new ArrayList<>();
    List<Inventory> carried = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String name = "bench-" + i;
      wishes.add(new Nodes.Wish(name, Map.of(), Map.of(RESOURCE, Integer.toString(PER_NODE))));
      carried.add(
          Inventory.of(
              name,
              IntStream.range(0, PER_NODE / 2)
                  .mapToObj(card ->
                      Inventory.Card.of(
                          "0000:%02x:00.0".formatted(0x41 + card), "L40S-24Q", "L40S-24Q"))
                  .toArray(Inventory.Card[]::new)));
    }
    Nodes.create(rig.api(), wishes);
    inventories.publish(carried);
  }

  /** As for a cluster of that size: by default kube-scheduler binds 50 pods a second. */
  private static String fast(SchedulerConfiguration configuration) {
    try {
      ObjectNode tree = (ObjectNode) JSON.readTree(configuration.toString());
      tree.withObject("/clientConnection").put("qps", QPS).put("burst", QPS);
      ObjectNode fit = ((ObjectNode) tree.at("/profiles/0")).putArray("pluginConfig").addObject();
      fit.put("name", "NodeResourcesFit");
      // The extenders' own ignoredByScheduler comes to the same.
      fit.putObject("args").putArray("ignoredResources").add(MARKER);
      return tree.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Rate measure(
      String namespace,
      String name,
      Consumer<SchedulerConfiguration> asking,
      boolean vgpu,
      int count) {
    SchedulerConfiguration configuration = new SchedulerConfiguration(rig, name);
    asking.accept(configuration);
    String path = "/api/v1/namespaces/" + namespace + "/pods";
    List<String> manifests =
        IntStream.range(0, count).mapToObj(i -> pod(name + "-" + i, name, vgpu)).toList();
    rig.api().create(path, manifests);
    String waiting = path + "?fieldSelector=spec.nodeName%3D,spec.schedulerName%3D" + name;
    // It may be done before it says that it is ready.
    CompletableFuture<Rate> rate = CompletableFuture.supplyAsync(() -> rate(waiting, count));
    try (var _ = KubeScheduler.start(rig, name, fast(configuration))) {
      return rate.join();
    } finally {
      rig.api().deleteAll(path, "bench%3D" + name);
      Nodes.endDeletedPods(rig.api());
    }
  }

  /** Between the first look that finds some placed and the one that finds nearly all placed. */
  private Rate rate(String waiting, int count) {
    int before = count;
    long since = 0;
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (System.nanoTime() < deadline) {
      int left = rig.api().get(waiting).path("items").size();
      long now = System.nanoTime();
      if (since == 0 && left < count) {
        before = left;
        since = now;
      } else if (since != 0 && left <= count / 20) {
        return new Rate(before - left, (now - since) / 1e9);
      }
      LockSupport.parkNanos(LOOK);
    }
    throw new IllegalStateException("kube-scheduler does not place them; see its log");
  }

  private static String pod(String name, String scheduler, boolean vgpu) {
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata").put("name", name);
    metadata.putObject("labels").put("bench", scheduler);
    ObjectNode spec = pod.putObject("spec").put("schedulerName", scheduler);
    spec.put("terminationGracePeriodSeconds", 0);
    ObjectNode container =
        spec.putArray("containers").addObject().put("name", "compute").put("image", "none");
    ObjectNode resources = container.putObject("resources");
    resources.putObject("requests").put("cpu", "100m").put("memory", "64Mi");
    if (vgpu) {
      metadata.putObject("annotations").put("vgpu-steward.io/profile", "L40S-24Q");
      metadata.withObject("/labels").put("kubevirt.io", "virt-launcher");
      resources.putObject("limits").put(RESOURCE, "1").put(MARKER, "24");
    }
    return pod.toString();
  }

  private void print() {
    System.out.printf("%nkube-scheduler on %d nodes, %d pods a turn, mTLS%n", NODES, pods);
    for (Case one : Case.values()) {
      System.out.printf("%-32s %6.0f pods/s%n", one.title, perSecond(one));
    }
    System.out.printf(
        "vgpu-steward / pass-all:       %.2f%n", ratio(Case.VGPU_OURS, Case.VGPU_PASS_ALL));
    System.out.printf(
        "vgpu-steward / no extender:    %.2f%n", ratio(Case.VGPU_OURS, Case.VGPU_ALONE));
    System.out.printf(
        "pass-all / no extender:        %.2f%n", ratio(Case.VGPU_PASS_ALL, Case.VGPU_ALONE));
    System.out.printf(
        "other pods, with / without:    %.2f%n", ratio(Case.OTHER_OURS, Case.OTHER_ALONE));
  }

  private double ratio(Case one, Case other) {
    return perSecond(one) / perSecond(other);
  }

  private double perSecond(Case one) {
    return rates.getOrDefault(one, new Rate(0, 0)).perSecond();
  }
}
