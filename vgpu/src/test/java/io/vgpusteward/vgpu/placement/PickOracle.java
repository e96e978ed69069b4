package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.World.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What comes of a request, by trying every device that the kubelet could pick. It knows the devices
 * themselves, and nothing of inventories, numbers and verdicts.
 *
 * <p>No two resources share a device, so that each can be tried for itself.
 */
final class PickOracle {
  private PickOracle() {}

  /** What the kubelet can do. */
  enum Outcome {
    /** Every pick is what is wanted. */
    ALWAYS_RIGHT,
    /** Some pick is something else. */
    SOMETIMES_WRONG,
    /** There is too little to pick from. */
    NOTHING_TO_PICK
  }

  static Outcome of(VgpuRequest request, Map<String, List<Function>> advertised) {
    Outcome all = Outcome.ALWAYS_RIGHT;
    for (Map.Entry<ResourceName, Wanted> entry : request.resources().entrySet()) {
      List<Function> devices = advertised.getOrDefault(entry.getKey().value(), List.of());
      Outcome one = of(entry.getValue(), devices);
      if (one == Outcome.NOTHING_TO_PICK) {
        return one;
      }
      all = one == Outcome.SOMETIMES_WRONG ? one : all;
    }
    return all;
  }

  private static Outcome of(Wanted wanted, List<Function> devices) {
    List<List<Function>> picks = picks(devices, wanted.count());
    if (picks.isEmpty()) {
      return Outcome.NOTHING_TO_PICK;
    }
    // Who names no profile gets a vGPU always or a whole GPU always.
    boolean wantsWhole =
        wanted.profile().isEmpty() && devices.stream().allMatch(Function::isPhysical);
    return picks.stream()
            .allMatch(
                pick -> pick.stream().allMatch(one -> isRight(one, wanted.profile(), wantsWhole)))
        ? Outcome.ALWAYS_RIGHT
        : Outcome.SOMETIMES_WRONG;
  }

  private static boolean isRight(Function device, Optional<Profile> profile, boolean wantsWhole) {
    if (wantsWhole) {
      return device.isPhysical();
    }
    return !device.isPhysical()
        && !device.isDetached()
        && profile
            .map(one -> device.picked().equals(one.name()))
            .orElse(!device.picked().isEmpty());
  }

  /** Every choice of so many of them. */
  private static List<List<Function>> picks(List<Function> devices, int count) {
    List<List<Function>> picks = new ArrayList<>();
    for (int bits = 0; bits < 1 << devices.size(); bits++) {
      if (Integer.bitCount(bits) == count) {
        List<Function> pick = new ArrayList<>();
        for (int index = 0; index < devices.size(); index++) {
          if ((bits >> index & 1) == 1) {
            pick.add(devices.get(index));
          }
        }
        picks.add(pick);
      }
    }
    return picks;
  }
}
