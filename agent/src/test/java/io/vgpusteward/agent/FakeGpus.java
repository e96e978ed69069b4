package io.vgpusteward.agent;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostGpus;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One L40S with two virtual functions, as the vendor's driver behaves, in homogeneous mode. */
final class FakeGpus implements HostGpus {
  static final String GPU = "0000:41:00.0";
  static final String FIRST = "0000:41:00.4";
  static final String SECOND = "0000:41:00.5";
  private static final Map<Long, String> TYPES =
      new TreeMap<>(Map.of(1153L, "L40S-12Q", 1155L, "L40S-24Q", 1156L, "L40S-48Q"));

  private final List<String> said;
  private final SortedMap<String, Long> vfs = new TreeMap<>();
  Optional<Errno> refusal = Optional.empty();
  Runnable onWrite = () -> {};

  /** With functions that carry these types. */
  FakeGpus(List<String> said, long first, long second) {
    this.said = said;
    vfs.put(FIRST, first);
    vfs.put(SECOND, second);
  }

  @Override
  public Host read() {
    return new Host(
        Host.Era.SRIOV,
        List.of(
            new HostGpu(
                GPU,
                PciId.parse("10DE:26B9"),
                Optional.of("nvidia"),
                32,
                vfs.entrySet().stream().map(vf -> vf(vf.getKey(), vf.getValue())).toList())));
  }

  private HostVf vf(String address, long type) {
    return new HostVf(
        address, Optional.of("nvidia"), Optional.of(type), creatable(), Optional.empty());
  }

  private List<VgpuType> creatable() {
    List<Profile> carried =
        vfs.values().stream().filter(type -> type != 0).map(FakeGpus::profile).toList();
    int left = 48 - carried.stream().mapToInt(Profile::sizeGib).sum();
    return TYPES.keySet().stream()
        .map(type -> new VgpuType(type, profile(type)))
        .filter(type -> type.profile().sizeGib() <= left)
        .filter(type -> carried.stream().allMatch(one -> one.sizeGib() == type.profile().sizeGib()))
        .toList();
  }

  static Profile profile(long type) {
    return Optional.ofNullable(TYPES.get(type)).flatMap(Profile::parse).orElseThrow();
  }

  long type(String vf) {
    return Optional.ofNullable(vfs.get(vf)).orElseThrow();
  }

  @Override
  public void write(String vf, long type) throws RefusedException {
    said.add("write " + vf + " " + type);
    onWrite.run();
    if (refusal.isPresent()) {
      throw new RefusedException(refusal.get(), "the driver said " + refusal.get());
    }
    vfs.put(vf, type);
  }
}
