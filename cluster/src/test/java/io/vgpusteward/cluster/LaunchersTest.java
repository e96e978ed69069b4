package io.vgpusteward.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LaunchersTest {
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final ResourceName A10 = new ResourceName("nvidia.com/A10-12Q");

  @Test
  void nothing_isKnownOfUnknownNames() {
    Launchers none = Launchers.none();
    assertThat(none.all()).isEmpty();
    assertThat(none.onNode("gpu-1")).isEmpty();
    assertThat(none.taken("gpu-1")).isEmpty();
    assertThat(none.byUid("")).isEmpty();
    assertThat(none.named("team", "a")).isEmpty();
    assertThat(none.pending()).isEmpty();
    assertThat(none.ofGuest("team", "vm")).isEmpty();
    assertThat(none.without("team", "a")).isSameAs(none);
  }

  @Test
  void podsOnANode_areAddedUpByResource() {
    Launchers launchers =
        Launchers.of(
            List.of(
                pod("a", "1", "gpu-1", Map.of(L40S, 2)),
                pod("b", "2", "gpu-1", Map.of(L40S, 1, A10, 1)),
                pod("c", "3", "gpu-2", Map.of(L40S, 1)),
                pod("d", "4", "", Map.of(L40S, 8))));

    assertThat(launchers.taken("gpu-1")).isEqualTo(Map.of(L40S, 3, A10, 1));
    assertThat(launchers.taken("gpu-2")).isEqualTo(Map.of(L40S, 1));
    assertThat(launchers.onNode("gpu-1")).extracting(LauncherPod::name).containsExactly("a", "b");
    assertThat(launchers.pending()).extracting(LauncherPod::name).containsExactly("d");
    assertThat(launchers.byUid("2").map(LauncherPod::name)).contains("b");
    assertThat(launchers.named("team", "c").map(LauncherPod::uid)).contains("3");
    assertThat(launchers.toString()).isEqualTo("4 launchers");
  }

  @Test
  void pendingPod_holdsItsDevicesOnceItIsBound_andUntilItGoes() {
    Launchers pending = Launchers.none().with(pod("a", "1", "", Map.of(L40S, 1)));
    Launchers bound = pending.with(pod("a", "1", "gpu-1", Map.of(L40S, 1)));
    Launchers gone = bound.without("team", "a");

    assertThat(pending.taken("gpu-1")).isEmpty();
    assertThat(bound.taken("gpu-1")).isEqualTo(Map.of(L40S, 1));
    assertThat(bound.pending()).isEmpty();
    assertThat(gone.taken("gpu-1")).isEmpty();
    assertThat(gone.byUid("1")).isEmpty();
    assertThat(pending.pending()).hasSize(1);
  }

  @Test
  void migration_hasTwoPodsOfOneGuest() {
    Launchers launchers =
        Launchers.of(
            List.of(
                pod("source", "1", "gpu-1", Map.of(L40S, 1)),
                pod("target", "2", "", Map.of(L40S, 1))));

    assertThat(launchers.ofGuest("team", "vm"))
        .extracting(LauncherPod::name)
        .containsExactly("source", "target");
    assertThat(launchers.ofGuest("other", "vm")).isEmpty();
    assertThat(launchers.without("team", "source").ofGuest("team", "vm"))
        .extracting(LauncherPod::name)
        .containsExactly("target");
  }

  @Test
  void podOfTheSameNameLater_isAnother() {
    Launchers launchers =
        Launchers.none()
            .with(pod("a", "1", "gpu-1", Map.of(L40S, 1)))
            .with(pod("a", "2", "gpu-2", Map.of(L40S, 1)));

    assertThat(launchers.byUid("1")).isEmpty();
    assertThat(launchers.byUid("2")).isPresent();
    assertThat(launchers.onNode("gpu-1")).isEmpty();
    assertThat(launchers.all()).hasSize(1);
  }

  @Test
  void launchers_areImmutable() {
    Launchers launchers =
        Launchers.of(
            List.of(pod("a", "1", "gpu-1", Map.of(L40S, 1)), pod("b", "2", "", Map.of(L40S, 1))));
    List<Collection<?>> answers =
        List.of(launchers.all(), launchers.onNode("gpu-1"), launchers.pending());
    for (Collection<?> answer : answers) {
      assertThatThrownBy(answer::clear).isInstanceOf(UnsupportedOperationException.class);
    }
    assertThatThrownBy(() -> launchers.taken("gpu-1").clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(launchers.all()).hasSize(2);
  }

  @Test
  void changes_leadToWhatAllPodsAtOnceDo() {
    long seed = 6;
    Random random = new Random(seed);
    Launchers launchers = Launchers.none();
    Map<String, LauncherPod> pods = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      String name = "p" + random.nextInt(40);
      if (random.nextInt(4) == 0) {
        launchers = launchers.without("team", name);
        pods.remove(name);
      } else {
        int node = random.nextInt(5);
        LauncherPod pod =
            pod(
                name,
                name + random.nextInt(2),
                node == 0 ? "" : "gpu-" + node,
                Map.of(L40S, 1 + random.nextInt(2)));
        launchers = launchers.with(pod);
        pods.put(name, pod);
      }
    }
    Launchers expected = Launchers.of(pods.values());

    assertThat(launchers.all()).containsExactlyInAnyOrderElementsOf(expected.all());
    assertThat(launchers.pending()).containsExactlyInAnyOrderElementsOf(expected.pending());
    for (int node = 0; node < 5; node++) {
      assertThat(launchers.taken("gpu-" + node)).isEqualTo(expected.taken("gpu-" + node));
      assertThat(launchers.onNode("gpu-" + node))
          .containsExactlyInAnyOrderElementsOf(expected.onNode("gpu-" + node));
    }
    List<Optional<LauncherPod>> found = new ArrayList<>();
    for (LauncherPod pod : pods.values()) {
      found.add(launchers.byUid(pod.uid()));
    }
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(pods.values().stream().map(Optional::of).toList());
    assertThat(launchers.ofGuest("team", "vm")).hasSameSizeAs(pods.values());
  }

  private static LauncherPod pod(
      String name, String uid, String node, Map<ResourceName, Integer> devices) {
    return new LauncherPod(
        "team",
        name,
        uid,
        node.isEmpty() ? Optional.empty() : Optional.of(node),
        Optional.of("vm"),
        new TreeMap<>(devices),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        true);
  }
}
