package io.vgpusteward.agent.sysfs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which IOMMU group each PCI function of the node is in. KubeVirt's device plugin calls a device by
 * the number of its group (pci_device.go), and several functions may be in one.
 */
public final class IommuGroups {
  private final Path devices;

  /** Of a node whose sysfs is mounted at the path, {@code /sys}. */
  public IommuGroups(Path root) {
    devices = root.resolve("bus/pci/devices");
  }

  /**
   * The number of the group, by the function's address. Functions that have none are absent, as are
   * those that go while this reads.
   */
  public Map<String, String> read() {
    Map<String, String> groups = new TreeMap<>();
    try (DirectoryStream<Path> functions = Files.newDirectoryStream(devices)) {
      for (Path function : functions) {
        add(function, groups);
      }
    } catch (IOException | DirectoryIteratorException noPci) {
      return Collections.unmodifiableMap(groups);
    }
    return Collections.unmodifiableMap(groups);
  }

  private static void add(Path function, Map<String, String> groups) {
    try {
      Path group = Files.readSymbolicLink(function.resolve("iommu_group")).getFileName();
      if (group != null) {
        groups.put(function.getFileName().toString(), group.toString());
      }
    } catch (IOException | UnsupportedOperationException hasNone) {
      return;
    }
  }
}
