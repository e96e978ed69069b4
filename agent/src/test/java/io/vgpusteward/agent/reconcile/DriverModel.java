package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostGpus;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's driver in memory, by what NVIDIA's driver and the open one are known to do. It knows
 * nothing of what the node agent wants.
 */
final class DriverModel implements HostGpus {
  /** Which driver it is. */
  enum Kind {
    VENDOR,
    OPEN
  }

  /** A virtual function. */
  static final class Vf {
    final Gpu gpu;
    final String busId;
    boolean isThere = true;
    boolean isReadable = true;
    String driver = "nvidia";
    long type;

    /** Whether a process has it open. */
    boolean isOpen;

    /** How often a reset is answered with EBUSY, since the process before has not ended. */
    int busy;

    /** Whether writes are accepted and do nothing. */
    boolean isDeaf;

    /** What every write is refused with. */
    @Nullable Errno broken;

    Vf(Gpu gpu, String busId) {
      this.gpu = gpu;
      this.busId = busId;
    }

    Optional<Profile> profile() {
      return gpu.types.stream()
          .filter(type -> type.id() == this.type)
          .map(VgpuType::profile)
          .findFirst();
    }
  }

  /** A physical function. */
  static final class Gpu {
    final String busId;
    final PciId pciId;
    final int frameBufferGib;
    final List<VgpuType> types;
    final List<Vf> vfs = new ArrayList<>();
    boolean isMixed;

    /**
     * @param firstId the number of its first type: they differ between cards
     */
    Gpu(
        String busId,
        String board,
        int frameBufferGib,
        int count,
        long firstId,
        List<String> sizes) {
      this.busId = busId;
      this.pciId = board.equals("A10") ? new PciId("10DE:2236") : new PciId("10DE:26B9");
      this.frameBufferGib = frameBufferGib;
      this.types = new ArrayList<>();
      for (String size : sizes) {
        types.add(new VgpuType(firstId + types.size(), profile(board + "-" + size)));
      }
      String card = busId.substring(0, busId.length() - "00.0".length());
      for (int index = 0; index < count; index++) {
        // Addresses begin at function 4 and roll over into the next devices.
        int at = index + 4;
        vfs.add(new Vf(this, "%s%02x.%d".formatted(card, at / 8, at % 8)));
      }
    }

    /** What the driver would let one more function carry. */
    List<VgpuType> creatable() {
      List<Profile> carried =
          vfs.stream().filter(vf -> vf.isThere).flatMap(vf -> vf.profile().stream()).toList();
      return types.stream().filter(type -> fits(type.profile(), carried)).toList();
    }

    private boolean fits(Profile profile, List<Profile> others) {
      if (isMixed) {
        int used = others.stream().mapToInt(Profile::sizeGib).sum();
        return used + profile.sizeGib() <= frameBufferGib && others.size() < 32;
      }
      return others.stream().allMatch(other -> other.sizeGib() == profile.sizeGib())
          && others.size() < Math.min(32, frameBufferGib / profile.sizeGib());
    }
  }

  final Kind kind;
  final Map<String, Gpu> gpus = new LinkedHashMap<>();

  /** Told of every write before the driver looks at it. */
  BiConsumer<Vf, Long> watcher = (vf, type) -> {};

  DriverModel(Kind kind, Gpu... gpus) {
    this.kind = kind;
    for (Gpu gpu : gpus) {
      this.gpus.put(gpu.busId, gpu);
    }
  }

  static Profile profile(String name) {
    return Profile.parse(name).orElseThrow();
  }

  /** An L40S: 48 GiB. */
  static Gpu l40s(String busId, int vfs, long firstId) {
    return new Gpu(
        busId, "L40S", 48, vfs, firstId, List.of("4Q", "12Q", "12A", "16Q", "24Q", "24A", "48Q"));
  }

  List<Vf> vfs() {
    return gpus.values().stream()
        .flatMap(gpu -> gpu.vfs.stream())
        .filter(vf -> vf.isThere)
        .toList();
  }

  Optional<Vf> vf(String busId) {
    return vfs().stream().filter(vf -> vf.busId.equals(busId)).findFirst();
  }

  @Override
  public Host read() {
    return new Host(Host.Era.SRIOV, gpus.values().stream().map(this::read).toList());
  }

  private HostGpu read(Gpu gpu) {
    return new HostGpu(
        gpu.busId,
        Optional.of(gpu.pciId),
        Optional.of("nvidia"),
        gpu.vfs.size(),
        gpu.vfs.stream().filter(vf -> vf.isThere).map(this::read).toList());
  }

  private HostVf read(Vf vf) {
    if (!vf.isReadable) {
      return new HostVf(
          vf.busId,
          Optional.of(vf.driver),
          Optional.empty(),
          List.of(),
          Optional.of("current_vgpu_type cannot be read"));
    }
    // What the lists of a function that is set contain is not known; neither driver needs it.
    List<VgpuType> creatable = vf.type != 0 && kind == Kind.OPEN ? List.of() : vf.gpu.creatable();
    return new HostVf(
        vf.busId, Optional.of(vf.driver), Optional.of(vf.type), creatable, Optional.empty());
  }

  @Override
  public void write(String busId, long type) throws RefusedException {
    Vf vf =
        vf(busId)
            .orElseThrow(() -> new RefusedException(Errno.ENOENT, "No such file or directory"));
    watcher.accept(vf, type);
    if (vf.broken != null) {
      throw refused(vf.broken);
    }
    if (kind == Kind.VENDOR) {
      vendor(vf, type);
    } else {
      open(vf, type);
    }
    if (!vf.isDeaf) {
      vf.type = type;
    }
  }

  private static void vendor(Vf vf, long type) throws RefusedException {
    if (type != 0 ? vf.type != 0 : vf.type == 0 || vf.isOpen) {
      throw refused(Errno.EPERM);
    }
    if (type == 0) {
      awaitProcess(vf);
    } else if (vf.gpu.creatable().stream().noneMatch(one -> one.id() == type)) {
      throw refused(Errno.EIO);
    }
  }

  private static void open(Vf vf, long type) throws RefusedException {
    if (vf.isOpen) {
      throw refused(Errno.EBUSY);
    }
    if (type == 0) {
      awaitProcess(vf);
      return;
    }
    Optional<VgpuType> known = vf.gpu.types.stream().filter(one -> one.id() == type).findFirst();
    if (known.isEmpty()) {
      throw refused(Errno.ENODEV);
    }
    if (vf.type != 0) {
      throw refused(Errno.EBUSY);
    }
    if (!vf.gpu.creatable().contains(known.get())) {
      boolean isOtherSize =
          !vf.gpu.isMixed
              && vf.gpu.vfs.stream()
                  .flatMap(other -> other.profile().stream())
                  .anyMatch(other -> other.sizeGib() != known.get().profile().sizeGib());
      throw refused(isOtherSize ? Errno.EINVAL : Errno.ENOSPC);
    }
  }

  private static void awaitProcess(Vf vf) throws RefusedException {
    if (vf.busy > 0) {
      vf.busy--;
      throw refused(Errno.EBUSY);
    }
  }

  private static RefusedException refused(Errno errno) {
    return new RefusedException(errno, errno.name());
  }
}
