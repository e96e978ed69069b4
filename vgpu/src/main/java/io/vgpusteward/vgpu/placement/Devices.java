package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of a node that KubeVirt's own device plugin would hand out for one resource, in
 * numbers: VFs that carry a type, held ones too (a holder may be gone before the kubelet picks),
 * and whatever has {@code vfio-pci} for its driver (pci_device.go, nvidia.go).
 *
 * @param count how many there are
 * @param carried how many VFs carry each profile
 * @param settable how many VFs that carry nothing the driver would let carry each profile now
 * @param empty how many VFs carry nothing and could carry something
 * @param nameless how many carry a type whose profile nobody can name
 * @param whole how many are GPUs that are passed through whole
 * @param detached how many are VFs that {@code vfio-pci} has, so that they are no vGPU
 * @param unreadable how many VFs cannot be read, whatever they are
 * @param changing how many VFs the node agent is about to write to, whatever they carry
 * @param gpus all of it, for sentences
 * @param doubtful those of which it is not certain that they belong here
 */
record Devices(
    int count,
    Map<Profile, Integer> carried,
    Map<Profile, Integer> settable,
    int empty,
    int nameless,
    int whole,
    int detached,
    int unreadable,
    int changing,
    List<Gpu> gpus,
    List<Gpu> doubtful) {
  static final Devices NONE = new Counter().made();

  /** How many carry the profile; without one all that are vGPUs or GPUs. */
  int matching(Optional<Profile> profile) {
    return profile.map(one -> carried.getOrDefault(one, 0)).orElse(count - detached);
  }

  /** How many more may turn out to carry the profile. */
  int perhaps(Optional<Profile> profile) {
    return unreadable + (profile.isPresent() ? nameless : 0);
  }

  /** How many more could carry the profile, if they were set. */
  int possible(Optional<Profile> profile) {
    return profile.map(one -> settable.getOrDefault(one, 0)).orElse(empty);
  }

  /** Whether all of them are what is wanted: a whole GPU is no vGPU, and a vGPU no whole GPU. */
  boolean areAlike(Optional<Profile> profile) {
    return profile.isPresent()
        ? matching(profile) == count
        : detached == 0 && (whole == 0 || whole == count);
  }

  /** Counts the functions of one GPU after the other. */
  static final class Counter {
    private final Map<Profile, Integer> carried = new HashMap<>();
    private final Map<Profile, Integer> settable = new HashMap<>();
    private final List<Gpu> gpus = new ArrayList<>();
    private final List<Gpu> doubtful = new ArrayList<>();
    private int count;
    private int empty;
    private int nameless;
    private int whole;
    private int detached;
    private int unreadable;
    private int changing;

    /** Adds a GPU; one that has nothing to hand out is in nobody's way, doubtful or not. */
    void add(Gpu gpu, boolean certain) {
      if (!certain) {
        if (!mayHandOut(gpu)) {
          return;
        }
        doubtful.add(gpu);
      }
      gpus.add(gpu);
      if (gpu.passedThrough()) {
        count++;
        whole++;
      }
      gpu.vfs().forEach(this::add);
    }

    private static boolean mayHandOut(Gpu gpu) {
      return gpu.passedThrough()
          || gpu.vfs().stream()
              .anyMatch(vf ->
                  vf.isSet()
                      || vf.passedThrough()
                      || vf.state() == Vf.State.Unknown
                      || vf.state() == Vf.State.Changing);
    }

    private void add(Vf vf) {
      if (vf.state() == Vf.State.Changing) {
        changing++;
      }
      if (vf.passedThrough()) {
        count++;
        detached++;
        return;
      }
      if (vf.state() == Vf.State.Unknown) {
        unreadable++;
      }
      if (vf.isSet()) {
        count++;
        vf.current().ifPresentOrElse(one -> carried.merge(one, 1, Integer::sum), () -> nameless++);
      } else if (!vf.creatable().isEmpty()) {
        empty++;
        vf.creatable().forEach(one -> settable.merge(one, 1, Integer::sum));
      }
    }

    Devices made() {
      return new Devices(
          count,
          Map.copyOf(carried),
          Map.copyOf(settable),
          empty,
          nameless,
          whole,
          detached,
          unreadable,
          changing,
          List.copyOf(gpus),
          List.copyOf(doubtful));
    }
  }
}
