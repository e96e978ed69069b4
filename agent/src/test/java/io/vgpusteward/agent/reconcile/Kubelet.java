package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kubelet with KubeVirt's device plugin, and pods that come to it. It gives a pod any free device
 * that is advertised, and what was advertised stays so until the plugin scans again.
 */
final class Kubelet {
  /** A launcher pod; all times in seconds. */
  static final class Pod {
    final Vf.Holder name;
    final Profile profile;
    final PciId pciId;
    final int arrives;
    final int allotted;
    final int starts;
    final int ends;
    DriverModel.@Nullable Vf vf;

    Pod(String name, Profile profile, PciId pciId, int now, int lateness, int life, Random random) {
      this.name = new Vf.Holder("tenant", name, java.util.Optional.of(name));
      this.profile = profile;
      this.pciId = pciId;
      this.arrives = now + lateness;
      this.allotted = arrives + random.nextInt(4);
      this.starts = allotted + random.nextInt(5);
      this.ends = starts + life;
    }
  }

  private final DriverModel driver;
  private final Random random;
  private final Set<String> advertised = new HashSet<>();
  private int named;
  final List<Pod> pods = new ArrayList<>();

  Kubelet(DriverModel driver, Random random) {
    this.driver = driver;
    this.random = random;
  }

  /** The device plugin looks at what there is. */
  void scan() {
    advertised.clear();
    driver.vfs().stream().filter(vf -> vf.type != 0).forEach(vf -> advertised.add(vf.busId));
  }

  /** The node goes down with all that is on it and on its way to it. */
  void reboot() {
    pods.clear();
    advertised.clear();
  }

  /** The devices of GPUs with the id that it would give away. */
  Set<String> allocatable(PciId pciId) {
    return driver.vfs().stream()
        .filter(vf -> vf.gpu.pciId.equals(pciId) && advertised.contains(vf.busId))
        .map(vf -> vf.busId)
        .collect(Collectors.toSet());
  }

  void place(Profile profile, PciId pciId, int now, int lateness, int life) {
    named++;
    pods.add(new Pod("vm-" + named, profile, pciId, now, lateness, life, random));
  }

  Claims claims(int now) {
    Map<String, Vf.Holder> held = new HashMap<>();
    List<Claims.Awaiting> awaiting = new ArrayList<>();
    for (Pod pod : pods) {
      if (pod.vf != null) {
        held.put(pod.vf.busId, pod.name);
      } else if (pod.arrives <= now) {
        awaiting.add(new Claims.Awaiting(pod.name, Set.of(pod.pciId)));
      }
    }
    return new Claims(held, awaiting);
  }

  boolean isHeld(DriverModel.Vf vf) {
    return pods.stream().anyMatch(pod -> pod.vf == vf);
  }

  /** One second passes. */
  void tick(int now) {
    for (Pod pod : List.copyOf(pods)) {
      if (pod.vf == null && pod.allotted <= now) {
        allot(pod);
      }
      DriverModel.Vf vf = pod.vf;
      if (vf != null && pod.starts == now) {
        vf.isOpen = true;
      }
      if (vf != null && pod.ends <= now) {
        vf.isOpen = false;
        vf.busy = random.nextInt(4) == 0 ? random.nextInt(9) : 0;
        pods.remove(pod);
      }
    }
  }

  private void allot(Pod pod) {
    List<DriverModel.Vf> free =
        driver.vfs().stream()
            .filter(vf -> vf.gpu.pciId.equals(pod.pciId) && advertised.contains(vf.busId))
            .filter(vf -> !isHeld(vf))
            .toList();
    if (free.isEmpty()) {
      pods.remove(pod);
      return;
    }
    DriverModel.Vf vf = free.get(random.nextInt(free.size()));
    if (vf.profile().filter(pod.profile::equals).isEmpty()) {
      throw new AssertionError(
          "%s asked for %s and got %s, which carries %s"
              .formatted(pod.name, pod.profile, vf.busId, vf.profile()));
    }
    pod.vf = vf;
  }
}
