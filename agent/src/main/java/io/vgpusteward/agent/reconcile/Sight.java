package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Profile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the driver's lists tell about a GPU. */
final class Sight {
  private Sight() {}

  /**
   * All that was ever listed for the GPU. While nothing is set the lists are all that there is, and
   * what was listed before them may be another driver's.
   */
  static Offers offers(HostGpu gpu, Offers before) {
    SortedMap<Long, Profile> seen =
        gpu.vfs().stream()
            .flatMap(vf -> vf.creatable().stream())
            .collect(
                Collectors.toMap(
                    VgpuType::id,
                    VgpuType::profile,
                    (one, other) -> one,
                    (Supplier<SortedMap<Long, Profile>>) TreeMap::new));
    boolean isIdle =
        gpu.vfs().stream().allMatch(vf -> vf.type().filter(type -> type == 0).isPresent());
    if (seen.isEmpty()) {
      return before;
    }
    return isIdle ? new Offers(seen, frameBuffer(seen)) : before.with(seen);
  }

  private static OptionalInt frameBuffer(SortedMap<Long, Profile> all) {
    return all.values().stream()
        .filter(profile -> !profile.isMigBacked() && profile.sizeGib() > 0)
        .mapToInt(Profile::sizeGib)
        .max();
  }

  /** What the GPU's profiles begin with. */
  static Set<String> boards(Offers offers) {
    return offers.types().values().stream()
        .map(Profile::board)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether sizes mix on the GPU, by what is set and what is listed beside it: Mixed or Equal where
   * that proves it, Unknown else.
   */
  static Gpu.Sizes sizes(List<Function> functions, Offers offers) {
    Set<Integer> carried = sizes(functions.stream().map(Function::current));
    if (carried.size() > 1) {
      return Gpu.Sizes.Mixed;
    }
    if (carried.isEmpty()) {
      return Gpu.Sizes.Unknown;
    }
    int size = carried.iterator().next();
    Set<Integer> listed =
        sizes(
            functions.stream()
                .filter(function -> function.isReadable() && !function.isSet())
                .map(Function::host)
                .flatMap(Sight::profiles));
    if (listed.stream().anyMatch(other -> other != size)) {
      return Gpu.Sizes.Mixed;
    }
    // A smaller one would have had room as well.
    boolean lacksSmaller =
        !listed.isEmpty()
            && sizes(offers.types().values().stream().map(Optional::of)).stream()
                .anyMatch(other -> other < size);
    return lacksSmaller ? Gpu.Sizes.Equal : Gpu.Sizes.Unknown;
  }

  private static Stream<Optional<Profile>> profiles(HostVf vf) {
    return vf.creatable().stream().map(type -> Optional.of(type.profile()));
  }

  private static Set<Integer> sizes(Stream<Optional<Profile>> profiles) {
    Set<Integer> sizes = new TreeSet<>();
    profiles.forEach(profile -> Function.size(profile).ifPresent(sizes::add));
    return sizes;
  }
}
