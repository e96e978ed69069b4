package io.vgpusteward.agent.sysfs;

import io.vgpusteward.vgpu.PciId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPUs as they stand in a folder that is laid out as {@code /sys}.
 *
 * <p>All is found by files and links, never by a GPU's model or by counting from an address: those
 * of virtual functions roll over into other devices. Of a function's folder {@code nvidia} only
 * {@code current_vgpu_type} and {@code creatable_vgpu_types} are read: others give ENXIO until
 * there is a vGPU. Functions that come and go in the middle are no errors. Thread-safe.
 */
public final class SysfsGpus implements HostGpus {
  private static final Pattern VIRTFN = Pattern.compile("virtfn(\\d{1,5})");
  private static final Predicate<String> IS_NUMBER = Pattern.compile("\\d{1,5}").asMatchPredicate();

  private final Path devices;
  private final Path mdevBus;

  /** Reads below a root, usually {@code /sys}. */
  public SysfsGpus(Path root) {
    this.devices = root.resolve("bus/pci/devices");
    this.mdevBus = root.resolve("class/mdev_bus");
  }

  @Override
  public Host read() {
    List<String> problems = new ArrayList<>();
    List<HostGpu> gpus = new ArrayList<>();
    for (String address : names(devices, problems)) {
      PciFunction function = new PciFunction(devices.resolve(address));
      try {
        if (isGpu(function)) {
          HostGpu gpu = gpu(function, problems);
          // Once more: a virtual function may have gone before it was asked, and come again.
          if (!function.isVirtual()) {
            gpus.add(gpu);
          }
        }
      } catch (IOException e) {
        if (!PciFunction.isGone(e)) {
          problems.add(unreadable(function.folder(), e));
        }
      }
    }
    gpus.sort(Comparator.comparing(HostGpu::busId));
    return new Host(era(gpus), gpus, problems);
  }

  private static boolean isGpu(PciFunction function) throws IOException {
    return PciFunction.isAddress(function.address())
        && !function.isVirtual()
        && function.isOfNvidia()
        && function.isDisplay();
  }

  private static List<String> names(Path folder, List<String> problems) {
    try {
      return PciFunction.names(folder);
    } catch (IOException e) {
      problems.add(unreadable(folder, e));
      return List.of();
    }
  }

  private Host.Era era(List<HostGpu> gpus) {
    if (gpus.isEmpty()) {
      return Host.Era.NO_GPU;
    }
    return hasMediated() ? Host.Era.MEDIATED : Host.Era.SRIOV;
  }

  /** Whether a device of NVIDIA makes mediated devices; an Intel GPU beside it may. */
  private boolean hasMediated() {
    try {
      return PciFunction.names(mdevBus).stream()
          .map(name -> new PciFunction(mdevBus.resolve(name)))
          .anyMatch(SysfsGpus::mayBeOfNvidia);
    } catch (IOException none) {
      return false;
    }
  }

  private static boolean mayBeOfNvidia(PciFunction function) {
    try {
      return function.isOfNvidia();
    } catch (IOException unknown) {
      return true;
    }
  }

  private HostGpu gpu(PciFunction function, List<String> problems) throws IOException {
    return new HostGpu(
        function.address(),
        pciId(function, problems),
        function.link("driver"),
        totalVfs(function, problems),
        vfs(function));
  }

  private static Optional<PciId> pciId(PciFunction function, List<String> problems)
      throws IOException {
    Optional<PciId> id = function.pciId();
    if (id.isEmpty()) {
      problems.add("vendor and device of %s are no PCI id".formatted(function.address()));
    }
    return id;
  }

  private static int totalVfs(PciFunction function, List<String> problems) throws IOException {
    try {
      String total = function.read("sriov_totalvfs");
      if (IS_NUMBER.test(total)) {
        return Integer.parseInt(total);
      }
      problems.add("sriov_totalvfs of %s is no number".formatted(function.address()));
      return 0;
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  private List<HostVf> vfs(PciFunction gpu) throws IOException {
    return PciFunction.names(gpu.folder()).stream()
        .map(VIRTFN::matcher)
        .filter(Matcher::matches)
        .sorted(Comparator.comparing(link -> Integer.valueOf(link.group(1))))
        .flatMap(link -> gpu.link(link.group()).stream())
        .filter(PciFunction::isAddress)
        .flatMap(address -> VfReader.read(new PciFunction(devices.resolve(address))).stream())
        .toList();
  }

  private static String unreadable(Path path, IOException cause) {
    return "%s cannot be read: %s".formatted(path, Refusal.text(cause));
  }

  @Override
  public void write(String vf, long type) throws RefusedException {
    if (!PciFunction.isAddress(vf) || type < 0) {
      throw new IllegalArgumentException(
          "no address of a function, or no type: " + vf + ", " + type);
    }
    Path file = devices.resolve(vf).resolve(VfReader.CURRENT);
    try {
      Attribute.write(file, type + "\n");
    } catch (IOException e) {
      throw Refusal.of(e, vf, type, Files.exists(file));
    }
  }
}
