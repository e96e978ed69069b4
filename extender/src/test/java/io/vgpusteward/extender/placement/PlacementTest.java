package io.vgpusteward.extender.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.Scene;
import io.vgpusteward.extender.pod.PodRequest;
import io.vgpusteward.extender.wire.PreemptionArgs.Victims;
import io.vgpusteward.vgpu.placement.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  private static final PlacementSettings REFUSE = PlacementSettings.defaults();
  private static final PlacementSettings ALLOW =
      new PlacementSettings(Strategy.BINPACK, UnknownNodes.ALLOW, Duration.ofMinutes(5));

  private final Scene scene =
      new Scene()
          .node("good", "L40S-24Q")
          .node("other", "L40S-12Q")
          .silentNode("silent")
          .launcher("good");

  @Test
  void filter_passesWhatFits_andSaysWhyTheOthersDoNot() throws Exception {
    Placement placement = placement(Scene.pod("L40S-24Q"), REFUSE);
    Filtered filtered = placement.filter(List.of("silent", "other", "stranger", "good"));
    assertThat(filtered.passed()).containsExactly("good");
    assertThat(filtered.refused()).containsOnlyKeys("silent", "other", "stranger");
    assertThat(filtered.refused().get("other")).contains("0000:41:00.4").contains("L40S-12Q");
    assertThat(placement.tally()).hasToString("1 Fits, 1 Lacks, 2 Unknown");
  }

  @Test
  void filter_countsTheTimeSinceTheAgentsLastSignOfLife() throws Exception {
    scene.heartbeat("good", Scene.NOW.minus(Duration.ofMinutes(5)));
    assertThat(placement(Scene.pod("L40S-24Q"), REFUSE).filter(List.of("good")).passed())
        .containsExactly("good");
    scene.heartbeat("good", Scene.NOW.minus(Duration.ofMinutes(5).plusMillis(1)));
    assertThat(
            placement(Scene.pod("L40S-24Q"), REFUSE).filter(List.of("good")).refused().get("good"))
        .contains("no heartbeat for 5 minutes");
    assertThat(placement(Scene.pod("L40S-24Q"), ALLOW).filter(List.of("good")).passed())
        .containsExactly("good");
    assertThat(placement(Scene.pod("L40S-24Q"), ALLOW).score(List.of("good")))
        .containsEntry("good", 0);
  }

  @Test
  void filter_ofAPodWithoutAVgpu_passesEverything() throws Exception {
    Filtered filtered =
        placement(Scene.plainPod(), REFUSE).filter(List.of("silent", "other", "stranger"));
    assertThat(filtered.passed()).containsExactly("silent", "other", "stranger");
    assertThat(filtered.refused()).isEmpty();
  }

  @Test
  void filter_mayLetUnknownNodesPass_butNoneThatIsKnownNotToFit() throws Exception {
    Filtered filtered =
        placement(Scene.pod("L40S-24Q"), ALLOW)
            .filter(List.of("silent", "other", "stranger", "good"));
    assertThat(filtered.passed()).containsExactly("silent", "stranger", "good");
    assertThat(filtered.refused()).containsOnlyKeys("other");
  }

  @Test
  void filter_withManyRefusals_saysTheSameOfTheSame() throws Exception {
    List<String> names = IntStream.range(0, 40).mapToObj(i -> "n" + i).toList();
    names.forEach(name -> scene.node(name, "L40S-12Q"));
    List<String> few = names.subList(0, Placement.TOLD_IN_FULL);
    assertThat(placement(Scene.pod("L40S-24Q"), REFUSE).filter(few).refused().values())
        .allMatch(reason -> reason.contains("0000:41:00.4"));
    assertThat(placement(Scene.pod("L40S-24Q"), REFUSE).filter(names).refused().values())
        .hasSize(40)
        .containsOnly(placement(Scene.pod("L40S-24Q"), REFUSE).filter(names).refused().get("n0"))
        .noneMatch(reason -> reason.contains("0000:"));
  }

  @Test
  void score_isByStrategy_and0WhereThePodMayNotGo() throws Exception {
    scene.node("empty", "L40S-24Q");
    List<String> names = List.of("stranger", "good", "other", "empty");
    assertThat(placement(Scene.pod("L40S-24Q"), ALLOW).score(names).toString())
        .isEqualTo("{stranger=0, good=10, other=0, empty=5}");
    PlacementSettings spread =
        new PlacementSettings(Strategy.SPREAD, UnknownNodes.REFUSE, Duration.ofMinutes(5));
    assertThat(placement(Scene.pod("L40S-24Q"), spread).score(names).toString())
        .isEqualTo("{stranger=0, good=0, other=0, empty=5}");
    assertThat(placement(Scene.plainPod(), REFUSE).score(names).toString())
        .isEqualTo("{stranger=0, good=0, other=0, empty=0}");
  }

  @Test
  void preempt_keepsWhereItHelps_withAllVictims() throws Exception {
    Map<String, Victims> candidates = new LinkedHashMap<>();
    candidates.put("other", new Victims(List.of("a"), 0));
    candidates.put("good", new Victims(List.of("b", "nobody-knows"), 2));
    candidates.put("silent", new Victims(List.of("c"), 0));
    assertThat(placement(Scene.pod("L40S-24Q"), REFUSE).preempt(candidates))
        .containsExactly(Map.entry("good", new Victims(List.of("b", "nobody-knows"), 2)));
    assertThat(placement(Scene.pod("L40S-24Q"), ALLOW).preempt(candidates))
        .containsOnlyKeys("good", "silent");
    assertThat(placement(Scene.plainPod(), REFUSE).preempt(candidates)).isEqualTo(candidates);
  }

  @Test
  void preempt_leavesOutNodesWithoutVictims() throws Exception {
    assertThat(
            placement(Scene.pod("L40S-24Q"), REFUSE)
                .preempt(Map.of("good", new Victims(List.of(), 0))))
        .isEmpty();
    assertThat(
            placement(Scene.plainPod(), REFUSE).preempt(Map.of("good", new Victims(List.of(), 0))))
        .isEmpty();
  }

  @Test
  void pods_ofOneView_getInTurnsWhatEachWouldGetAlone() throws Exception {
    scene.heartbeat("good", Scene.NOW);
    scene.heartbeat("other", Scene.NOW);
    List<String> names = List.of("good", "other", "silent");
    ClusterView view = scene.view();
    Placements placements = new Placements(REFUSE);
    for (String profile : List.of("L40S-24Q", "L40S-24Q", "L40S-12Q", "L40S-24Q")) {
      PodRequest pod = PodRequest.of(JsonMapper.builder().build().readTree(Scene.pod(profile)));
      assertThat(placements.of(pod, view, Scene.NOW).filter(names))
          .isEqualTo(placement(Scene.pod(profile), REFUSE).filter(names));
    }
    PodRequest pod = PodRequest.of(JsonMapper.builder().build().readTree(Scene.pod("L40S-24Q")));
    Instant later = Scene.NOW.plus(Duration.ofHours(1));
    assertThat(placements.of(pod, view, Scene.NOW).filter(names).passed()).containsExactly("good");
    assertThat(placements.of(pod, view, later).filter(names).passed()).isEmpty();
  }

  private Placement placement(String pod, PlacementSettings settings)
      throws JsonProcessingException {
    return new Placements(settings)
        .of(PodRequest.of(JsonMapper.builder().build().readTree(pod)), scene.view(), Scene.NOW);
  }
}
