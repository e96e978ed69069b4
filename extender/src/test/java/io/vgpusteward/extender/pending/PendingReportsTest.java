package io.vgpusteward.extender.pending;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.explain.Explainer;
import io.vgpusteward.extender.explain.Explanation;
import io.vgpusteward.extender.explain.Scene;
import io.vgpusteward.extender.explain.Subject;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingReportsTest {
  private static final Profile PROFILE = Profile.parse("L40S-24Q").orElseThrow();
  private static final Instant START = Instant.parse("2026-11-20T08:00:00Z");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> events = new ArrayList<>();
  private final PendingReports reports = reports(100, meters);

  @Test
  void waitingMachine_isToldOnce_afterItHasSettled() {
    look(0, empty("a"));
    look(4, empty("a"));
    assertThat(events).isEmpty();
    assertThat(reports.hasUnsettled()).isTrue();

    look(5, empty("a"));
    look(600, empty("a"));

    assertThat(events)
        .containsExactly(
            "Warning VgpuUnschedulable VirtualMachine t/desk no node for 1 L40S-24Q by"
                + " nvidia.com/L40S-24Q (1 CouldCarry); next step: add 0000:41:00.4=L40S-24Q to"
                + " ConfigMap vgpu-profiles for node a: this VF carries nothing and could");
    assertThat(reports.hasUnsettled()).isFalse();
  }

  @Test
  void otherReason_isToldAgain_onceItHasSettled() {
    look(0, empty("a"));
    look(5, empty("a"));
    look(6, empty("b"));
    look(10, empty("b"));
    assertThat(events).hasSize(1);

    look(11, empty("b"));

    assertThat(events).hasSize(2);
    assertThat(events.getLast()).contains("for node b");
  }

  @Test
  void reasonThatComesBack_beforeTheOtherHasSettled_isNoNews() {
    look(0, empty("a"));
    look(5, empty("a"));
    look(6, empty("b"));
    look(8, empty("a"));
    look(20, empty("a"));

    assertThat(events).hasSize(1);
  }

  @Test
  void moreNodesOfTheSame_areNoNews() {
    look(0, empty("a"));
    look(5, empty("a"));
    look(6, empty("a").nodeWithoutInventory("c", 1));
    look(20, empty("a").nodeWithoutInventory("c", 1));

    assertThat(events).hasSize(1);
  }

  @Test
  void whatIsOver_isForgotten() {
    look(0, empty("a"));
    look(5, empty("a"));
    reports.report(List.of(), START.plusSeconds(6));
    look(7, empty("a"));
    look(12, empty("a"));

    assertThat(events).hasSize(2);
  }

  @Test
  void room_hasTheSchedulersWords() {
    Scene room = scene().node("a", 1, Vf.carrying("0000:41:00.4", PROFILE));
    look(0, room);
    look(5, room);

    assertThat(events)
        .singleElement()
        .asString()
        .endsWith("which weighs other things too; it says: 0/3 nodes are available");
  }

  @Test
  void eventsOfALook_haveALimit_andTheRestFollows() {
    PendingReports few = reports(1, new SimpleMeterRegistry());
    List<Explanation> two = new ArrayList<>(explanations(empty("a")));
    ClusterView other = new Scene().machine("L40S-24Q").instanceWaiting("bare").view();
    two.addAll(explanations(other));

    few.report(two, START);
    few.report(two, START.plusSeconds(5));
    assertThat(events).hasSize(1);
    few.report(two, START.plusSeconds(6));

    assertThat(events).hasSize(2);
    assertThat(events.getLast()).contains("VirtualMachineInstance t/bare");
  }

  @Test
  void waitingPods_areCountedByReason_untilTheEnd() {
    look(0, empty("a"));
    assertThat(gauge("could-carry")).isEqualTo(1);

    look(1, scene().withoutKubeVirt());
    assertThat(gauge("could-carry")).isZero();
    assertThat(gauge("no-kubevirt")).isEqualTo(1);

    reports.clear();
    assertThat(meters.find("vgpu_steward_pending_pods").gauges()).isEmpty();
  }

  private PendingReports reports(int limit, SimpleMeterRegistry registry) {
    return new PendingReports(
        (target, type, reason, note) -> events.add(type + " " + reason + " " + target + " " + note),
        new PendingSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            limit),
        registry);
  }

  private void look(int second, Scene scene) {
    reports.report(explanations(scene), START.plusSeconds(second));
  }

  private static List<Explanation> explanations(Scene scene) {
    return explanations(scene.view());
  }

  private static List<Explanation> explanations(ClusterView view) {
    Explainer explainer = new Explainer(view, START, Duration.ofMinutes(5));
    return view.launchers().pending().stream()
        .map(pod -> explainer.explain(Subject.of(pod, view)))
        .toList();
  }

  private static Scene scene() {
    return new Scene().machine("L40S-24Q").waiting();
  }

  private static Scene empty(String node) {
    return scene().node(node, 0, Vf.unset("0000:41:00.4", Set.of(PROFILE)));
  }

  private double gauge(String reason) {
    Gauge gauge = meters.find("vgpu_steward_pending_pods").tag("reason", reason).gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }
}
