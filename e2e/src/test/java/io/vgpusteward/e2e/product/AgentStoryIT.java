package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.GpuControl.Write;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.NodePod;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * From a ConfigMap and virtual functions that carry nothing to a virtual machine that runs on one
 * with its profile, and what follows in the life of a node. Nothing is set by hand: the labels that
 * the product's placement relies on are the agent's.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentStoryIT {
  private static final String NODE = "agent-story";
  private static final String TEST = "agent";
  private static final String CARD = "0000:41:00.0";
  private static final String FIRST = "0000:41:00.4";
  private static final String SECOND = "0000:41:00.5";
  private static final String THIRD = "0000:41:00.6";
  private static final String RESOURCE = "nvidia.com/L40S-24Q";
  private static final long MOST_MEMORY_KIB = 120 * 1024;

  private final Rig rig;
  private final Product product;
  private final AgentRelease release;
  private final SimulatedNode node;
  private final VirtHandler virtHandler;
  private final Published published;
  private Placements vms;
  private Optional<Agent> agent = Optional.empty();

  AgentStoryIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.release = AgentRelease.install(rig);
    this.node =
        SimulatedNode.start(
            rig, NODE, Gpus.of(Gpu.of("L40S", CARD).withVfs(4)), Map.of("test", TEST));
    this.virtHandler = VirtHandler.start(rig, node);
    this.published = new Published(rig, NODE);
    this.vms = new Placements(rig, TEST);
  }

  @BeforeEach
  void freshTenant() {
    vms = new Placements(rig, TEST);
    vms.tenant().apply(Token.FIRST.license());
  }

  @AfterEach
  void endAgent() {
    vms.tenant().ok("delete", "vm,pod", "--all", "--timeout=100s");
    agent.ifPresent(Agent::close);
    agent = Optional.empty();
  }

  @AfterAll
  void cleanUp() {
    virtHandler.close();
    node.close();
    release.close();
    product.close();
  }

  private Agent startAgent(String... flags) {
    Agent started = Agent.start(rig, release, node, flags);
    agent = Optional.of(started);
    return started;
  }

  @Test
  void rawFunctions_becomeWhatIsConfigured_andAgainAfterAReboot() {
    String handler = virtHandler.running().orElseThrow();
    vms.start("guest", "L40S-24Q");
    vms.awaitRefusal("guest", "node affinity");

    // An id as in Cozystack's guide, and a name.
    release.profiles("profiles", FIRST + "=1155", SECOND + "=L40S-24Q");
    Agent running = startAgent("--restart-virt-handler", "--virt-handler-patience=3s");
    published.await(Map.of(FIRST, "none Changing", SECOND, "none Changing"));
    published.await(
        Map.of(FIRST, "L40S-24Q Settled", SECOND, "L40S-24Q Settled", THIRD, "none Settled"));
    published.awaitCondition(
        "Advertised", "False ScannedTooEarly", FIRST, SECOND, "restart virt-handler on this node");
    assertThat(published.condition("Ready"))
        .startsWith("True Ready: 1 GPU with 4 virtual functions");
    assertThat(published.labels()).isEmpty();

    virtHandler.followsRestartOf(handler);

    assertThat(published.events())
        .anySatisfy(event -> assertThat(event).contains("Normal RestartedVirtHandler", FIRST));
    published.awaitCondition("Advertised", "True Advertised");
    published.awaitLabels("L40S-24Q");
    assertThat(functionOf("guest")).isIn(FIRST, SECOND);
    Wait.untilAsserted(
        "the function's holder is named",
        () ->
            assertThat(published.vf(functionOf("guest")).at("/holder/virtualMachine").asText())
                .isEqualTo("guest"));
    List.of("VmRSS", "VmHWM", "RssAnon", "RssFile")
        .forEach(field -> System.out.printf("agent: %s %d KiB%n", field, running.memoryKib(field)));
    assertThat(running.memoryKib("VmRSS")).isLessThan(MOST_MEMORY_KIB);
    vms.tenant().ok("delete", "vm", "guest", "--timeout=100s");

    // The node reboots: agent and virt-handler are back before any function has its type.
    running.kill();
    node.gpus().reboot();
    virtHandler.restart();
    // As if the restart before had been more than the ten minutes ago that it keeps between two.
    String record = published.annotation("virt-handler-restarted");
    rig.kubectl()
        .ok(
            "annotate",
            "--overwrite",
            "node/" + NODE,
            "vgpu-steward.io/virt-handler-restarted="
                + record.replaceFirst("^\\S+", "2026-01-01T00:00:00Z"));
    handler = virtHandler.running().orElseThrow();
    running.restart();
    published.await(Map.of(FIRST, "none Changing"));
    published.awaitLabels();
    published.await(Map.of(FIRST, "L40S-24Q Settled", SECOND, "L40S-24Q Settled"));

    virtHandler.followsRestartOf(handler);

    published.awaitCondition("Advertised", "True Advertised");
    published.awaitLabels("L40S-24Q");
    vms.start("again", "L40S-24Q");
    assertThat(functionOf("again")).isIn(FIRST, SECOND);
  }

  /** Functions that carry a profile already, and are advertised. */
  private void carrying24Q() {
    node.gpus().reboot();
    Sysfs.write(node.sysfs(), FIRST, 1155);
    Sysfs.write(node.sysfs(), SECOND, 1155);
    node.stopPart("device-controller");
    Wait.until("nothing is advertised", () -> !node.allocatable(RESOURCE).equals(Optional.of("2")));
    node.startPart("device-controller");
    Wait.until("two are advertised", () -> node.allocatable(RESOURCE).equals(Optional.of("2")));
  }

  /** An agent that has nothing to do; to learn the names of a full GPU it has reset a function. */
  private void settledAgent(String... flags) {
    startAgent(flags);
    published.awaitLabels("L40S-24Q");
    published.await(Map.of(FIRST, "L40S-24Q Settled", SECOND, "L40S-24Q Settled"));
    node.gpus().forget();
  }

  @Test
  void changeOfProfile_waitsForTheMachineThatHasTheFunction() {
    carrying24Q();
    release.profiles("profiles", CARD + "/*=L40S-24Q");
    settledAgent();
    vms.start("guest", "L40S-24Q");
    String held = functionOf("guest");
    String free = held.equals(FIRST) ? SECOND : FIRST;
    node.gpus().hold(held);

    release.profiles("profiles", CARD + "/*=L40S-12Q");

    published.await(Map.of(held, "L40S-24Q Pending", free, "L40S-24Q Pending"));
    assertThat(published.vf(held).path("message").asText())
        .contains(vms.tenant().namespace() + "/", "guest", "L40S-12Q");
    assertThat(published.vf(free).path("message").asText()).contains(held);
    assertThat(published.events())
        .anySatisfy(
            event -> assertThat(event).contains("Normal VgpuProfilePending", held, "guest"));
    assertThat(node.gpus().journal()).isEmpty();

    // QEMU lets go of it before the pod is gone.
    node.gpus().release(held);
    vms.tenant().ok("delete", "vm", "guest", "--timeout=100s");

    published.await(
        Map.of(
            FIRST,
            "L40S-12Q Settled",
            SECOND,
            "L40S-12Q Settled",
            THIRD,
            "L40S-12Q Settled",
            "0000:41:00.7",
            "L40S-12Q Settled"));
    assertThat(node.gpus().journal()).extracting(Write::error).containsOnly("");
    // The kubelet still counts two, of four: no machine finds this node before virt-handler is
    // told.
    published.awaitCondition("Advertised", "False ScannedTooEarly");
  }

  /**
   * A scheduler that has looked a moment before the announcement binds a moment after it. The pod
   * names its node itself: no scheduler can be told when to be slow.
   */
  @Test
  void placementDecidedBeforeTheAnnouncement_keepsItsFunction() {
    carrying24Q();
    release.profiles("profiles", FIRST + "=L40S-24Q", SECOND + "=L40S-24Q");
    settledAgent("--settle=5s");

    release.profiles("profiles", FIRST + "=L40S-12Q", SECOND + "=L40S-12Q");
    published.await(Map.of(FIRST, "L40S-24Q Changing", SECOND, "L40S-24Q Changing"));
    published.awaitLabels();
    vms.tenant()
        .apply(Manifest.of("pod-bound.yaml").replace("${NODE}", NODE).replace("${NAME}", "late"));

    String held = functionOfPod("late");
    String free = held.equals(FIRST) ? SECOND : FIRST;
    published.await(Map.of(held, "L40S-24Q Pending", free, "L40S-24Q Pending"));
    assertThat(published.vf(held).at("/holder/pod").asText()).isEqualTo("late");
    assertThat(node.gpus().journal()).isEmpty();

    vms.tenant().ok("delete", "pod", "late", "--timeout=60s");
    published.await(Map.of(FIRST, "L40S-12Q Settled", SECOND, "L40S-12Q Settled"));
  }

  /** The function that the launcher of a machine got, once its main container runs. */
  private String functionOf(String vm) {
    return function(pod -> vm.equals(pod.labels().get("vm.kubevirt.io/name")), "compute");
  }

  private String functionOfPod(String name) {
    return function(pod -> pod.name().equals(name), "main");
  }

  private String function(Predicate<NodePod> which, String container) {
    Wait.untilAsserted(
        "it runs",
        () -> assertThat(functions(which, container)).as(vms.refusals().toString()).hasSize(1));
    return functions(which, container).getFirst();
  }

  private List<String> functions(Predicate<NodePod> which, String container) {
    return node.pods().stream()
        .filter(pod -> pod.ready() && pod.namespace().equals(vms.tenant().namespace()))
        .filter(which)
        .flatMap(pod -> pod.containers().stream())
        .filter(one -> one.name().equals(container) && one.state().equals("running"))
        .map(one -> one.environment().getOrDefault("PCI_RESOURCE_NVIDIA_COM_L40S-24Q", "none"))
        .toList();
  }
}
