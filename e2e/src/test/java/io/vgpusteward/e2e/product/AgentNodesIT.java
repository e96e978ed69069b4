package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedGpus;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an agent does of its configuration on nodes of all kinds. The nodes are objects, which say
 * what a kubelet would give out; there is none, so that pods are known from the API server alone.
 * {@link AgentStoryIT} has it with a kubelet.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentNodesIT {
  private static final String CARD = "0000:41:00.0";
  private static final String OTHER_CARD = "0000:61:00.0";
  private static final String FIRST = "0000:41:00.4";
  private static final String SECOND = "0000:41:00.5";
  private static final String THIRD = "0000:41:00.6";
  private static final Gpu L40S = Gpu.of("L40S", CARD).withVfs(4);
  private static final String ONE = "agent-one";
  private static final String TWO = "agent-two";
  private static final String EMPTY = "agent-empty";

  /** Nothing is left of an agent here: what a Node's end takes with it goes a moment later. */
  private static final String ONCE = "agent-once";

  private final Rig rig;
  private final AgentRelease release;

  @TempDir Path folder;

  AgentNodesIT(Rig rig) {
    this.rig = rig;
    this.release = AgentRelease.install(rig);
  }

  @AfterAll
  void uninstall() {
    release.close();
  }

  @BeforeEach
  void freshNodes() {
    rig.kubectl().ok("delete", "node", ONE, TWO, EMPTY, ONCE, "--ignore-not-found");
    Nodes.create(rig.api(), List.of(wish(ONE, 6), wish(TWO, 4), wish(EMPTY, 0), wish(ONCE, 4)));
    release.profiles(Map.of());
  }

  private static Nodes.Wish wish(String name, int devices) {
    return new Nodes.Wish(name, Map.of(), Map.of("nvidia.com/L40S-24Q", Integer.toString(devices)));
  }

  private SimulatedGpus gpus(String name, Gpu... cards) {
    return SimulatedGpus.start(folder.resolve(name), Gpus.of(cards));
  }

  /** A card of 24Q and one of 12Q are one resource: no label of either would be true. */
  @Test
  void nodesWithTheSameAddresses_haveLinesOfTheirOwn_andAMixedNodeHasNoLabel() {
    release.profiles(
        Map.of(
            ONE,
            CARD + "/*=L40S-24Q\n" + OTHER_CARD + "/*=L40S-12Q\n",
            "profiles",
            "L40S=12Q # all cards of the model\n"));
    try (SimulatedGpus cardsOfOne = gpus(ONE, L40S, Gpu.of("L40S", OTHER_CARD).withVfs(4));
        SimulatedGpus cardsOfTwo = gpus(TWO, L40S);
        var _ = Agent.start(rig, release, ONE, cardsOfOne);
        var _ = Agent.start(rig, release, TWO, cardsOfTwo)) {
      Published onOne = new Published(rig, ONE);
      Published onTwo = new Published(rig, TWO);

      onTwo.await(Map.of(FIRST, "L40S-12Q Settled", SECOND, "L40S-12Q Settled"));
      onTwo.awaitLabels("L40S-12Q");
      onOne.await(
          Map.of(
              FIRST,
              "L40S-24Q Settled",
              SECOND,
              "L40S-24Q Settled",
              "0000:61:00.4",
              "L40S-12Q Settled",
              "0000:61:00.7",
              "L40S-12Q Settled"));
      assertThat(cardsOfOne.control().types(CARD)).containsExactly(1155, 1155, 0, 0);
      assertThat(cardsOfTwo.control().types(CARD)).containsExactly(1153, 1153, 1153, 1153);
      onOne.awaitCondition("Ready", "True Ready: 2 GPUs with 8 virtual functions: 8 Settled");
      assertThat(onOne.labels()).isEmpty();
      assertThat(onOne.status().at("/summary/profiles").asText())
          .isEqualTo("4 L40S-12Q, 2 L40S-24Q");

      // What somebody else does to its labels and its object does not last.
      rig.kubectl().ok("label", "node", ONE, "profile.vgpu-steward.io/L40S-24Q=true");
      rig.kubectl().ok("label", "node", TWO, "profile.vgpu-steward.io/L40S-12Q-");
      onOne.awaitLabels();
      onTwo.awaitLabels("L40S-12Q");
    }
  }

  @Test
  void wrongLine_isNamedAndLeavesTheOthersInForce_untilItIsFixed() {
    release.profiles("profiles", FIRST + "=L40S-24Q", "41:00.5=L40S-24Q");
    try (SimulatedGpus cards = gpus(ONE, L40S);
        var _ = Agent.start(rig, release, ONE, cards)) {
      Published published = new Published(rig, ONE);

      published.await(Map.of(FIRST, "L40S-24Q Settled", SECOND, "none Settled"));
      published.awaitCondition(
          "ConfigValid", "False BadLines: key profiles, line 2", "0000:41:00.5");
      assertThat(published.events())
          .anySatisfy(event ->
              assertThat(event)
                  .startsWith("Warning VgpuConfigInvalid: ")
                  .contains("key profiles, line 2"));

      release.profiles("profiles", FIRST + "=L40S-24Q", SECOND + "=L40S-24Q");

      published.await(Map.of(FIRST, "L40S-24Q Settled", SECOND, "L40S-24Q Settled"));
      published.awaitCondition("ConfigValid", "True Valid");

      rig.kubectl().ok("delete", "configmap", "-n", Product.NAMESPACE, "vgpu-profiles");
      // Nothing is configured any more, and so nothing is touched.
      Wait.untilAsserted(
          "nothing is configured", () -> assertThat(published.vf(FIRST).has("desired")).isFalse());
      assertThat(cards.control().types(CARD)).containsExactly(1155, 1155, 0, 0);
    }
  }

  @Test
  void twoSizes_areRefusedBeforeAnyWrite_untilTheGpuMayMixThem() {
    String[] lines = {FIRST + "=L40S-24Q", SECOND + "=L40S-12Q", THIRD + "=L40S-4Q"};
    release.profiles("profiles", lines);
    try (SimulatedGpus cards = gpus(ONE, L40S);
        var _ = Agent.start(rig, release, ONE, cards)) {
      Published published = new Published(rig, ONE);

      published.await(Map.of(FIRST, "none Failed", SECOND, "none Failed", THIRD, "none Failed"));
      assertThat(published.vf(FIRST).path("message").asText())
          .contains("one frame buffer size", CARD + "/sizes=mixed");
      assertThat(cards.control().journal()).isEmpty();

      // nvidia-smi vgpu -shm 1, and then the line by which the operator says so.
      cards.control().mixedSizes(CARD, true);
      release.profiles("profiles", String.join("\n", lines), CARD + "/sizes=mixed");

      published.await(
          Map.of(FIRST, "L40S-24Q Settled", SECOND, "L40S-12Q Settled", THIRD, "L40S-4Q Settled"));
    }
  }

  /** Functions that appear late, as sriov-manage makes them, and those that go. */
  @Test
  void functionsThatAppearLate_getTheirProfile() {
    release.profiles("profiles", CARD + "/*=L40S-24Q");
    try (SimulatedGpus cards = gpus(ONE, L40S.withEnabled(0));
        var _ = Agent.start(rig, release, ONE, cards)) {
      Published published = new Published(rig, ONE);
      published.awaitCondition("Ready", "True NoVirtualFunctions", "sriov-manage");

      cards.control().enable(CARD);

      published.await(
          Map.of(FIRST, "L40S-24Q Settled", SECOND, "L40S-24Q Settled", THIRD, "none Settled"));
      cards.control().disable(CARD);
      published.awaitCondition("Ready", "True NoVirtualFunctions");
      published.awaitLabels();
    }
  }

  static Stream<Arguments> otherNodes() {
    return Stream.of(
        argumentSet("no GPU", Gpus.of(), "True NoGpu"),
        argumentSet("mediated devices", Gpus.of(L40S.withMode("mdev")), "True MediatedDevices"),
        argumentSet("no SR-IOV", Gpus.of(L40S.withMode("none")), "True NoSriov"),
        argumentSet("passed through", Gpus.of(L40S.withBoundTo("vfio-pci")), "True PassedThrough"));
  }

  @ParameterizedTest
  @MethodSource("otherNodes")
  void nodeWithoutVirtualFunctions_saysSoInOneCondition(Gpus gpus, String ready) {
    release.profiles("profiles", CARD + "/*=L40S-24Q");
    try (SimulatedGpus cards = SimulatedGpus.start(folder.resolve("other"), gpus)) {
      Outcome once = Agent.once(rig, release, EMPTY, cards, "--once");

      assertThat(once.status()).as(once.out() + once.err()).isZero();
      assertThat(new Published(rig, EMPTY).condition("Ready")).startsWith(ready + ": ");
      assertThat(new Published(rig, EMPTY).labels()).isEmpty();
      assertThat(cards.control().journal()).isEmpty();
    }
  }

  @Test
  void once_saysByItsStatusHowItWent_andCleanupTakesAllOfItAway() {
    release.profiles("profiles", CARD + "/*=L40S-12Q");
    try (SimulatedGpus cards = gpus(ONCE, L40S)) {
      Published published = new Published(rig, ONCE);

      Outcome plan = Agent.once(rig, release, ONCE, cards, "--once", "--dry-run");
      assertThat(plan.status()).as(plan.out() + plan.err()).isEqualTo(5);
      assertThat(plan.out()).contains(FIRST, "Changing", "L40S-12Q");
      assertThat(cards.control().journal()).isEmpty();
      assertThat(published.status().isMissingNode()).isTrue();
      assertThat(published.isAlive()).isFalse();

      Outcome done = Agent.once(rig, release, ONCE, cards, "--once");
      assertThat(done.status()).as(done.out() + done.err()).isZero();
      assertThat(cards.control().types(CARD)).containsExactly(1153, 1153, 1153, 1153);
      assertThat(published.labels()).containsExactly("L40S-12Q");
      assertThat(published.annotation("inventory")).isNotEmpty();
      assertThat(published.isAlive()).isTrue();

      release.profiles("profiles", CARD + "/*=L40S-12Q", "L40S=gaming");
      Outcome bad = Agent.once(rig, release, ONCE, cards, "--once", "--dry-run");
      assertThat(bad.status()).as(bad.out() + bad.err()).isEqualTo(4);
      assertThat(bad.out()).contains("line 2");

      Outcome cleanup = Agent.once(rig, release, ONCE, cards, "--cleanup");
      assertThat(cleanup.status()).as(cleanup.out() + cleanup.err()).isZero();
      assertThat(published.labels()).isEmpty();
      assertThat(published.annotation("inventory")).isEmpty();
      assertThat(published.status().isMissingNode()).isTrue();
      assertThat(published.isAlive()).isFalse();
      assertThat(cards.control().types(CARD)).containsExactly(1153, 1153, 1153, 1153);
    }
  }

  /** Killed right after each of its writes, on the way from one size to another. */
  @Test
  void agentThatIsKilledAtEachWrite_convergesAndBreaksNothing() {
    try (SimulatedGpus cards = gpus(TWO, L40S.withTypes(1155, 1155))) {
      release.profiles("profiles", CARD + "/*=L40S-12Q");
      int writes = 0;
      int kills = 0;
      try (Agent agent = Agent.start(rig, release, TWO, cards, "--settle=0s")) {
        while (!cards.control().types(CARD).equals(List.of(1153, 1153, 1153, 1153))) {
          int before = writes;
          Wait.until("one more write", () -> cards.control().journal().size() > before);
          agent.kill();
          kills++;
          writes = cards.control().journal().size();
          agent.restart();
        }
        new Published(rig, TWO)
            .await(Map.of(FIRST, "L40S-12Q Settled", "0000:41:00.7", "L40S-12Q Settled"));
      }
      assertThat(kills).isGreaterThanOrEqualTo(4);
      assertThat(cards.control().journal())
          .allSatisfy(write -> assertThat(write.error()).isEmpty());
      // Each function once to nothing where it carried something, and once to what it carries.
      assertThat(cards.control().journal()).hasSize(6);
    }
  }
}
