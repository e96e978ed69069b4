package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import io.vgpusteward.vgpu.Profile;
import java.util.List;
import java.util.Optional;

/** Whether a node has come to rest in what is configured, or in a reason that is a true one. */
final class Outcome {
  private final NodeModel node;
  private final Watch watch;

  Outcome(NodeModel node, Watch watch) {
    this.node = node;
    this.watch = watch;
  }

  void check() {
    for (DriverModel.Vf vf : node.driver.vfs()) {
      VfRound said =
          node.functions().stream()
              .filter(function -> function.host().busId().equals(vf.busId))
              .findFirst()
              .orElseThrow(() -> new AssertionError("nothing is said of " + vf.busId));
      String words = said.message().orElse("");
      if (!isTrue(vf, said)) {
        throw new AssertionError(
            "%s carries %s, wants %s and is called %s: %s"
                .formatted(vf.busId, vf.profile(), watch.wanted(vf), said.state(), words));
      }
      if (isEmptiedInVain(vf)) {
        throw new AssertionError(vf.busId + " is empty and could have what it had: " + words);
      }
      if (words.length() > 1024) {
        throw new AssertionError("a message of " + words.length() + " characters");
      }
    }
  }

  /**
   * Whether the agent emptied it for something that it cannot have, and it could be filled again.
   */
  private boolean isEmptiedInVain(DriverModel.Vf vf) {
    Long before = node.emptied.get(vf.busId);
    Wanted wanted = watch.wanted(vf);
    return vf.type == 0
        && before != null
        && node.emptiedForThis.contains(vf.busId)
        && wanted.isSomething()
        && !wanted.isForAsManyAsFit()
        && !watch.isDeclaredMixed(vf.gpu)
        && !isFaulty(vf)
        && vf.gpu.vfs.stream()
            .anyMatch(other -> isInUse(other) && !isAsWanted(other, watch.wanted(other)))
        && vf.gpu.creatable().stream().anyMatch(type -> type.id() == before);
  }

  private boolean isTrue(DriverModel.Vf vf, VfRound said) {
    Wanted wanted = watch.wanted(vf);
    Optional<Profile> target = Watch.target(vf, wanted);
    boolean hasWords = said.message().isPresent();
    return switch (said.state()) {
      case Settled -> isAsWanted(vf, wanted) || (isFull(vf, wanted, target) && hasWords);
      case Unknown -> !vf.isReadable && hasWords;
      case Changing -> hasWords && vf.gpu.vfs.stream().anyMatch(this::isFaulty);
      case Pending ->
          hasWords && vf.gpu.vfs.stream().anyMatch(this::isInUse) && !lacksNothing(vf, target);
      // What is carried under a number that no list names may be what is wanted.
      case Failed -> hasWords && (said.hasUnknownType() || isImpossible(vf, wanted, target));
    };
  }

  private static boolean isAsWanted(DriverModel.Vf vf, Wanted wanted) {
    return switch (wanted) {
      case Wanted.Nothing nothing -> true;
      case Wanted.Unset unset -> vf.type == 0;
      case Wanted.Named named -> vf.profile().equals(Optional.of(named.profile()));
      case Wanted.Numbered numbered -> vf.type == numbered.type();
    };
  }

  /** Nothing of its own and nothing of the driver's is against it. */
  private boolean lacksNothing(DriverModel.Vf vf, Optional<Profile> target) {
    return vf.type == 0 && !isFaulty(vf) && !isInUse(vf) && isListed(vf, target);
  }

  private static boolean isListed(DriverModel.Vf vf, Optional<Profile> target) {
    return vf.gpu.creatable().stream().anyMatch(type -> Optional.of(type.profile()).equals(target));
  }

  private boolean isFull(DriverModel.Vf vf, Wanted wanted, Optional<Profile> target) {
    return vf.type == 0
        && wanted.isForAsManyAsFit()
        && (isFaulty(vf) || !isListed(vf, target))
        && vf.gpu.vfs.stream().anyMatch(other -> other.type != 0);
  }

  private boolean isInUse(DriverModel.Vf vf) {
    boolean looksHeld = vf.broken == Errno.EBUSY || vf.broken == Errno.EPERM;
    return vf.isThere && (node.kubelet.isHeld(vf) || vf.isOpen || vf.busy > 0 || looksHeld);
  }

  private boolean isFaulty(DriverModel.Vf vf) {
    return vf.isThere
        && (vf.isOpen || vf.busy > 0 || vf.isDeaf || vf.broken != null || !vf.isReadable);
  }

  private boolean isImpossible(DriverModel.Vf vf, Wanted wanted, Optional<Profile> target) {
    if (isAsWanted(vf, wanted)) {
      return false;
    }
    if (isFaulty(vf) || target.isEmpty() || !Watch.lists(vf.gpu, target.get())) {
      return true;
    }
    boolean isKnownToMix = vf.gpu.isMixed && watch.isDeclaredMixed(vf.gpu);
    if (!isKnownToMix && watch.mayWantTwoSizes(vf.gpu)) {
      return true;
    }
    List<DriverModel.Vf> others =
        vf.gpu.vfs.stream()
            .filter(other -> other != vf && other.isThere && (other.type != 0 || !other.isReadable))
            .toList();
    // There is no room, and none of those that take it can be expected to make any.
    boolean staysFull =
        others.stream()
            .anyMatch(other ->
                isAsWanted(other, watch.wanted(other)) || isFaulty(other) || isImpossible(other));
    return staysFull && (vf.type != 0 || !isListed(vf, target));
  }

  private boolean isImpossible(DriverModel.Vf other) {
    Wanted wanted = watch.wanted(other);
    Optional<Profile> target = Watch.target(other, wanted);
    return wanted.isSomething() && (target.isEmpty() || !Watch.lists(other.gpu, target.get()));
  }
}
