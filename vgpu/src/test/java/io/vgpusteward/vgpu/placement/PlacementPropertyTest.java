package io.vgpusteward.vgpu.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.PickOracle.Outcome;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Of random nodes and requests: what a verdict promises is what the kubelet does. */
class PlacementPropertyTest {
  private static final int WORLDS = 20_000;

  @Test
  void fits_isSaidWhereEveryPickIsRight_andNowhereElse() {
    Map<String, Integer> verdicts = new TreeMap<>();
    Map<String, Integer> right = new TreeMap<>();
    for (long seed = 1; seed <= WORLDS; seed++) {
      World world = RandomWorlds.of(seed);
      Verdict verdict = Verdicts.of(world.request(), world.supply(), world.freshness());
      verdicts.merge(verdict.word(), 1, Integer::sum);
      if (check(seed, world, verdict)) {
        right.merge(world.request().resources().size() + " of them", 1, Integer::sum);
      }
    }
    assertThat(verdicts)
        .containsOnlyKeys("Ambiguous", "Changing", "CouldCarry", "Fits", "Lacks", "Unknown")
        .allSatisfy((word, times) -> assertThat(times).as(word).isGreaterThan(WORLDS / 100));
    assertThat(right.get("1 of them")).isGreaterThan(WORLDS / 20);
    assertThat(right.get("2 of them")).isGreaterThan(WORLDS / 1000);
  }

  /** Affinity has nothing but the label and the number of free devices to go by. */
  @Test
  void guestThatFollowsALabel_isGivenThatProfile() {
    int followed = 0;
    for (long seed = 1; seed <= WORLDS; seed++) {
      World world = RandomWorlds.of(seed);
      for (Profile label : ProfileLabels.of(world.supply(), world.freshness())) {
        for (ResourceName resource : bringing(label, world)) {
          TreeMap<ResourceName, Wanted> one = new TreeMap<>();
          one.put(resource, Wanted.of(1, label));

          assertThat(PickOracle.of(new VgpuRequest(one), world.advertised()))
              .as("seed %d: %s of %s in %s", seed, label, resource, world)
              .isNotEqualTo(Outcome.SOMETIMES_WRONG);
          followed++;
        }
      }
    }
    assertThat(followed).isGreaterThan(WORLDS / 10);
  }

  /** Whether there was no excuse for saying anything but Fits. */
  private static boolean check(long seed, World world, Verdict verdict) {
    Outcome outcome = PickOracle.of(world.request(), world.advertised());
    Supplier<String> told =
        () -> "seed " + seed + ": " + verdict.word() + ", " + verdict.sentence() + "; " + world;
    if (verdict.fits()) {
      assertThat(outcome).as(told).isEqualTo(Outcome.ALWAYS_RIGHT);
    }
    boolean isDue =
        world.isPlain()
            && outcome == Outcome.ALWAYS_RIGHT
            && world.request().unanswerable().isEmpty();
    if (isDue) {
      assertThat(verdict.word()).as(told).isEqualTo("Fits");
    }
    assertThat(verdict.sentence()).as(told).isNotBlank().hasSizeLessThan(400);
    assertThat(verdict.brief()).as(told).isNotBlank().doesNotContain("0000:0");
    return isDue;
  }

  private static Set<ResourceName> bringing(Profile profile, World world) {
    Set<ResourceName> resources = new TreeSet<>();
    for (PermittedDevice entry : world.permitted().entries()) {
      String name = entry.resource().value();
      if (name.equals("nvidia.com/" + profile) || name.equals("nvidia.com/NVIDIA_" + profile)) {
        resources.add(entry.resource());
      }
    }
    world.permitted().resourceFor(profile).ifPresent(resources::add);
    return resources;
  }
}
