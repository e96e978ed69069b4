package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.vgpu.Profile;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must hold at every write, by what is true on the node and not by what the agent thinks. */
final class Watch {
  private final NodeModel node;

  /** When something else than the agent changed the functions last. */
  int disturbed = -100;

  Watch(NodeModel node) {
    this.node = node;
    node.driver.watcher = this::check;
  }

  private void check(DriverModel.Vf vf, long type) {
    if (node.kubelet.isHeld(vf)) {
      throw new AssertionError("a write to " + vf.busId + ", which a pod has");
    }
    for (Kubelet.Pod pod : node.kubelet.pods) {
      if (pod.vf == null && pod.pciId.equals(vf.gpu.pciId)) {
        throw new AssertionError(
            "a write to %s, which %s may be given that comes at %ds"
                .formatted(vf.busId, pod.name, pod.arrives));
      }
    }
    Integer since = node.changingSince.get(vf.busId);
    if (since == null || node.second - since < NodeModel.SETTLE) {
      throw new AssertionError(
          "a write to %s, which is announced since %s".formatted(vf.busId, since));
    }
    Long before = node.emptied.get(vf.busId);
    if (type != 0 && before != null && type == before) {
      return; // It gets back what it had.
    }
    Set<Integer> sizes = wantedSizes(vf.gpu);
    if (vf.gpu.isMixed || node.second - disturbed < 5) {
      return;
    }
    Wanted wanted = wanted(vf);
    Optional<Profile> target = target(vf, wanted);
    if (!wanted.isSomething()) {
      return;
    }
    if (sizes.size() > 1 && namesAll(vf.gpu) && !isDeclaredMixed(vf.gpu)) {
      throw new AssertionError("a write to %s while %s GiB are wanted".formatted(vf.busId, sizes));
    }
    // Who says wrongly that sizes may mix has it tried.
    if (vf.type != 0 && !isDeclaredMixed(vf.gpu)) {
      checkUseOfLeaving(vf, target);
    }
  }

  private void checkUseOfLeaving(DriverModel.Vf vf, Optional<Profile> target) {
    if (target.isEmpty() || !lists(vf.gpu, target.get())) {
      Offers known = offers(vf.gpu);
      if (known.frameBufferGib().isPresent()) {
        throw new AssertionError(vf.busId + " is emptied for something that the GPU has not");
      }
      return;
    }
    for (DriverModel.Vf other : vf.gpu.vfs) {
      boolean isOfOtherSize =
          other.isThere
              && other
                  .profile()
                  .filter(profile -> profile.sizeGib() != target.get().sizeGib())
                  .isPresent();
      if (other != vf
          && isOfOtherSize
          && (node.kubelet.isHeld(other) || stays(other))
          && knowsNames(vf.gpu)) {
        throw new AssertionError(
            "%s is emptied for %s, and %s keeps %s"
                .formatted(vf.busId, target.get(), other.busId, other.profile()));
      }
    }
  }

  /** What the agent has seen listed. */
  private Offers offers(DriverModel.Gpu gpu) {
    return Optional.ofNullable(node.memory)
        .map(memory -> memory.offers().getOrDefault(gpu.busId, Offers.none()))
        .orElseGet(Offers::none);
  }

  /** Whether the agent can know which profiles are meant by numbers. */
  private boolean namesAll(DriverModel.Gpu gpu) {
    return gpu.vfs.stream()
        .map(this::wanted)
        .allMatch(wanted ->
            !(wanted instanceof Wanted.Numbered numbered)
                || offers(gpu).types().containsKey(numbered.type()));
  }

  private boolean knowsNames(DriverModel.Gpu gpu) {
    return node.functions().stream()
        .filter(
            function -> gpu.vfs.stream().anyMatch(vf -> vf.busId.equals(function.host().busId())))
        .noneMatch(Round.VfRound::hasUnknownType);
  }

  private boolean stays(DriverModel.Vf other) {
    return wanted(other) instanceof Wanted.Nothing;
  }

  static boolean lists(DriverModel.Gpu gpu, Profile profile) {
    return gpu.types.stream().anyMatch(type -> type.profile().equals(profile));
  }

  /** What the configuration says of it. */
  Wanted wanted(DriverModel.Vf vf) {
    return node.driver.read().gpus().stream()
        .flatMap(gpu ->
            gpu.vfs().stream()
                .filter(one -> one.busId().equals(vf.busId))
                .map(one -> node.known.wanted(gpu, boards(vf.gpu), one)))
        .findFirst()
        .orElse(new Wanted.Nothing());
  }

  /** Whether the configuration says that sizes may mix. */
  boolean isDeclaredMixed(DriverModel.Gpu gpu) {
    return node.known.mayMixSizes(host(gpu), boards(gpu));
  }

  static Set<String> boards(DriverModel.Gpu gpu) {
    return Set.of(gpu.types.getFirst().profile().board());
  }

  io.vgpusteward.agent.sysfs.HostGpu host(DriverModel.Gpu gpu) {
    return node.driver.read().gpus().stream()
        .filter(one -> one.busId().equals(gpu.busId))
        .findFirst()
        .orElseThrow();
  }

  /** The profile that is configured for it, if the GPU has it. */
  static Optional<Profile> target(DriverModel.Vf vf, Wanted wanted) {
    return switch (wanted) {
      case Wanted.Named named -> Optional.of(named.profile());
      case Wanted.Numbered numbered ->
          vf.gpu.types.stream()
              .filter(type -> type.id() == numbered.type())
              .map(io.vgpusteward.agent.sysfs.VgpuType::profile)
              .findFirst();
      case Wanted.Unset unset -> Optional.empty();
      case Wanted.Nothing nothing -> Optional.empty();
    };
  }

  /** The sizes that are configured on a GPU, of profiles that it has. */
  Set<Integer> wantedSizes(DriverModel.Gpu gpu) {
    Set<Integer> sizes = new HashSet<>();
    List<DriverModel.Vf> there = gpu.vfs.stream().filter(vf -> vf.isThere).toList();
    for (DriverModel.Vf vf : there) {
      target(vf, wanted(vf))
          .filter(profile -> lists(gpu, profile))
          .ifPresent(profile -> sizes.add(profile.sizeGib()));
    }
    return sizes;
  }

  /** The same, also of profiles that the agent cannot know the GPU not to have. */
  boolean mayWantTwoSizes(DriverModel.Gpu gpu) {
    boolean knowsAll = offers(gpu).frameBufferGib().isPresent();
    return gpu.vfs.stream()
            .filter(vf -> vf.isThere)
            .flatMap(vf -> target(vf, wanted(vf)).stream())
            .filter(profile -> !knowsAll || lists(gpu, profile))
            .map(Profile::sizeGib)
            .distinct()
            .count()
        > 1;
  }
}
