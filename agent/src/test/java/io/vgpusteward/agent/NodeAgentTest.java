package io.vgpusteward.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent does in which order, against a node and a cluster in memory. */
final class NodeAgentTest {
  private static final Duration SETTLE = FakeWorld.SETTINGS.settle();
  private static final Duration INTERVAL = FakeWorld.SETTINGS.interval();

  @TempDir private Path folder;
  private FakeWorld world;

  @BeforeEach
  void begin() {
    world = new FakeWorld(folder);
  }

  private void configure(String lines) {
    world.profiles = Map.of("profiles", lines);
  }

  private static final String BOTH = FakeGpus.GPU + "/*=L40S-24Q\n";
  private static final String ONE = FakeGpus.FIRST + "=L40S-24Q\n";

  @Test
  void change_isPublished_thenSettles_thenIsWrittenOnTheApiServersOwnWord() throws Exception {
    configure(ONE);
    NodeAgent agent = world.agent();
    Look announced = agent.pass();
    assertThat(world.told()).containsExactly("report Changing, Settled", "labels []");
    assertThat(announced.isSettled()).isFalse();
    world.pass(SETTLE.minusSeconds(1));
    agent.pass();
    assertThat(world.told()).isEmpty();
    world.pass(Duration.ofSeconds(1));
    agent.pass();
    assertThat(world.told()).containsExactly("pods", "write 0000:41:00.4 1155", "accepted");
    world.allocatable.put(FakeWorld.RESOURCE, 1);
    Look done = agent.pass();
    assertThat(world.told())
        .containsExactly("report Settled L40S-24Q, Settled", "labels [L40S-24Q]");
    assertThat(done.isSettled()).isTrue();
  }

  @Test
  void label_goesBeforeAWrite() throws Exception {
    world.carrying(1155, 1155);
    world.allocatable.put(FakeWorld.RESOURCE, 2);
    configure(BOTH);
    NodeAgent agent = world.agent();
    agent.pass();
    assertThat(world.told()).contains("labels [L40S-24Q]");
    configure(FakeGpus.GPU + "/*=L40S-12Q\n");
    agent.pass();
    assertThat(world.told())
        .containsExactly("report Changing L40S-24Q, Changing L40S-24Q", "labels []");
    world.pass(SETTLE);
    agent.pass();
    assertThat(world.told()).startsWith("pods", "write 0000:41:00.4 0", "accepted");
  }

  @Test
  void placementThatWasDecidedBefore_arrivesInTheSettleTime_andKeepsItsDevice() throws Exception {
    world.carrying(1155, 1155);
    configure(FakeGpus.GPU + "/*=L40S-12Q\n");
    NodeAgent agent = world.agent();
    agent.pass();
    world.told();
    world.pass(SETTLE);
    // The API server knows of it, and the watch here is late.
    world.certain = FakeWorld.awaiting("launcher");
    agent.pass();
    assertThat(world.told()).containsExactly("pods");
    world.known = world.certain;
    Look look = agent.pass();
    assertThat(world.told().getFirst()).isEqualTo("event VgpuProfilePending " + pending(look));
    assertThat(look.report().vfs())
        .allSatisfy(vf -> assertThat(vf.state()).isEqualTo(Vf.State.Pending))
        .allSatisfy(vf -> assertThat(vf.message().orElseThrow()).contains("vm-launcher"));
    world.known = Claims.none();
    world.certain = Claims.none();
    agent.pass();
    assertThat(world.told()).contains("report Changing L40S-24Q, Changing L40S-24Q");
    agent.pass();
    assertThat(world.told()).as("the time begins anew").isEmpty();
  }

  private static String pending(Look look) {
    return FakeGpus.FIRST
        + ", "
        + FakeGpus.SECOND
        + ": "
        + look.report().vfs().getFirst().message().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"last", "heartbeat", "report", "mark"})
  void whatIsNotOut_isNotWrittenFor(String broken) throws Exception {
    configure(ONE);
    NodeAgent agent = world.agent();
    world.failing = Set.of(broken);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(agent::pass)
          .isInstanceOf(UnavailableException.class)
          .hasMessage(broken + " does not work");
      world.pass(SETTLE);
    }
    assertThat(world.told()).noneMatch(line -> line.startsWith("write"));
    world.failing = Set.of();
    agent.pass();
    assertThat(world.told()).noneMatch(line -> line.startsWith("write")).contains("labels []");
    world.pass(SETTLE);
    agent.pass();
    assertThat(world.told()).contains("write 0000:41:00.4 1155");
  }

  @Test
  void withoutTheApiServersPods_nothingIsWritten() throws Exception {
    configure(ONE);
    NodeAgent agent = world.agent();
    agent.pass();
    world.pass(SETTLE);
    world.failing = Set.of("pods");
    assertThatThrownBy(agent::pass).hasMessage("pods does not work");
    assertThat(world.told()).noneMatch(line -> line.startsWith("write"));
    world.failing = Set.of();
    agent.pass();
    assertThat(world.told()).contains("write 0000:41:00.4 1155");
  }

  @Test
  void stop_endsAPassBeforeTheNextWrite() throws Exception {
    world.carrying(1155, 1155);
    configure(FakeGpus.GPU + "/*=none\n");
    NodeAgent agent = world.agent();
    agent.pass();
    world.pass(SETTLE);
    world.gpus.onWrite = agent::stop;
    agent.pass();
    assertThat(world.told().stream().filter(line -> line.startsWith("write"))).hasSize(1);
    assertThat(agent.isStopped()).isTrue();
  }

  @Test
  void signOfLife_comesEachMinute_andNothingElseWhereNothingChanges() throws Exception {
    NodeAgent agent = world.agent();
    for (int i = 0; i < 19; i++) {
      Look look = agent.pass();
      assertThat(agent.next(look)).isAfter(world.now).isBeforeOrEqualTo(world.now.plus(INTERVAL));
      world.pass(INTERVAL);
    }
    assertThat(world.said)
        .containsExactly(
            "report Settled, Settled",
            "heartbeat",
            "labels []",
            "heartbeat",
            "heartbeat",
            "heartbeat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"last", "report"})
  void agentThatCannotPublish_givesNoSignOfLife(String broken) {
    // What an agent before it published, before a reboot, would count as fresh.
    NodeAgent agent = world.agent();
    world.failing = Set.of(broken);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(agent::pass).isInstanceOf(UnavailableException.class);
      world.pass(Duration.ofMinutes(1));
    }
    world.failing = Set.of();
    world.isSeen = false;
    assertThatThrownBy(agent::pass).isInstanceOf(UnavailableException.class);
    assertThat(world.said).doesNotContain("heartbeat");
  }

  @Test
  void nodeIsWoken_whenTheSignOfLifeHadBeenMissing() throws Exception {
    NodeAgent agent = world.agent();
    agent.pass();
    String before = world.marks.inventory();
    world.failing = Set.of("heartbeat");
    world.pass(Duration.ofMinutes(7));
    assertThatThrownBy(agent::pass).isInstanceOf(UnavailableException.class);
    world.failing = Set.of();
    world.told();
    agent.pass();
    assertThat(world.told()).containsExactly("labels []");
    assertThat(world.marks.inventory())
        .isNotEqualTo(before)
        .startsWith(before.substring(0, before.indexOf('.')));
  }

  @Test
  void whatSomebodyElseTookAway_isPublishedAgain() throws Exception {
    world.carrying(1155, 1155);
    world.allocatable.put(FakeWorld.RESOURCE, 2);
    NodeAgent agent = world.agent();
    agent.pass();
    world.told();
    world.marks = new NodeMarks(world.marks.inventory(), new TreeSet<>());
    agent.pass();
    assertThat(world.told()).as("a watch may be late").isEmpty();
    world.pass(INTERVAL);
    agent.pass();
    assertThat(world.told()).containsExactly("labels [L40S-24Q]");
    world.isIntact = false;
    agent.pass();
    assertThat(world.told()).containsExactly("report Settled L40S-24Q, Settled L40S-24Q");
  }

  @Test
  void clusterThatIsNotSeenYet_isSaidSo() {
    world.isSeen = false;
    assertThatThrownBy(world.agent()::pass).hasMessage("not seen yet: the Node (403)");
  }

  @Test
  void nodeThatIsNotThere_isNotMade() {
    world.hasNode = false;
    assertThatThrownBy(world.agent()::pass)
        .hasMessage("there is no Node n1; --node is the name of one");
    assertThat(world.told()).isEmpty();
  }

  @Test
  void badLine_isToldOnce_andAgainWhenItComesBack() throws Exception {
    NodeAgent agent = world.agent();
    configure(ONE + "what is this\n");
    agent.pass();
    assertThat(world.told().getFirst())
        .startsWith("warning VgpuConfigInvalid ConfigMap of profiles, key profiles, line 2,");
    assertThat(condition(Condition.Topic.ConfigValid).status()).isEqualTo(Condition.Status.False);
    agent.pass();
    assertThat(world.told()).isEmpty();
    configure(ONE);
    agent.pass();
    assertThat(condition(Condition.Topic.ConfigValid).status()).isEqualTo(Condition.Status.True);
    world.told();
    configure(ONE + "what is this\n");
    agent.pass();
    assertThat(world.told().getFirst()).startsWith("warning VgpuConfigInvalid");
  }

  private Condition condition(Condition.Topic topic) {
    return Objects.requireNonNull(world.report).condition(topic).orElseThrow();
  }

  @Test
  void refusedWrite_isTold_andEndsThePass() throws Exception {
    configure(BOTH);
    NodeAgent agent = world.agent();
    agent.pass();
    world.told();
    world.pass(SETTLE);
    world.gpus.refusal = Optional.of(Errno.EIO);
    agent.pass();
    assertThat(world.told()).containsExactly("pods", "write 0000:41:00.4 1155", "EIO");
    Look look = agent.pass();
    assertThat(look.report().vfs().getFirst().message().orElse("")).contains("EIO");
    assertThat(world.told()).noneMatch(line -> line.startsWith("write 0000:41:00.4"));
  }

  @Test
  void whatAnAgentBeforeKnew_isKnown() throws Exception {
    world.carrying(1155, 1155);
    Instant earlier = world.now.minusSeconds(3600);
    TreeMap<Long, Profile> offered = new TreeMap<>(Map.of(1155L, FakeGpus.profile(1155)));
    world.last =
        new LastWords(
            List.of(
                new Condition(
                    Condition.Topic.Ready, Condition.Status.True, "Ready", "all", earlier)),
            Map.of(FakeGpus.GPU, new LastWords.Gpu(offered, OptionalInt.of(48))));
    world.agent().pass();
    assertThat(world.told()).contains("report Settled L40S-24Q, Settled L40S-24Q");
    assertThat(condition(Condition.Topic.Ready).since()).isEqualTo(earlier);
    assertThat(condition(Condition.Topic.ConfigValid).since()).isEqualTo(world.now);
  }

  @Test
  void profileThatWasNeverListed_isTried_whereTheListWasNotSeenInFull() throws Exception {
    world.carrying(1155, 1155);
    TreeMap<Long, Profile> offered = new TreeMap<>(Map.of(1155L, FakeGpus.profile(1155)));
    // The number is what a table says of the board.
    world.last =
        new LastWords(
            List.of(), Map.of(FakeGpus.GPU, new LastWords.Gpu(offered, OptionalInt.of(48))));
    configure(FakeGpus.GPU + "/*=L40S-12Q\n");
    world.agent().pass();
    assertThat(world.told()).contains("report Changing L40S-24Q, Changing L40S-24Q");
  }

  @Test
  void dryRun_writesNothingAnywhere() throws Exception {
    configure(BOTH);
    world.hasNode = false;
    Look look = world.agent().dryRun();
    assertThat(look.report().vfs())
        .allSatisfy(vf -> assertThat(vf.state()).isEqualTo(Vf.State.Changing));
    assertThat(world.said).isEmpty();
  }
}
