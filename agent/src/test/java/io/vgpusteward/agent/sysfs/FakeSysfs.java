package io.vgpusteward.agent.sysfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that is laid out as {@code /sys}, with plain files for attributes. */
record FakeSysfs(Path root) {
  /** One function's folder, which a link among the devices leads to as in a real one. */
  record Function(FakeSysfs sysfs, Path folder) {
    Function with(String attribute, String value) {
      put(folder.resolve(attribute), value + "\n");
      return this;
    }

    Function withDriver(String driver) {
      sysfs.link(folder.resolve("driver"), "../../../bus/pci/drivers/" + driver);
      return this;
    }

    /** A virtual function under a driver that makes vGPUs, as the GPU's n-th. */
    Function withVf(int n, String address) {
      sysfs.link(folder.resolve("virtfn" + n), "../" + address);
      Function vf = sysfs.nvidia(address, "0x26b9").withDriver("nvidia");
      sysfs.link(vf.folder.resolve("physfn"), "../" + folder.getFileName());
      return vf;
    }

    void remove(String name) {
      try {
        Files.delete(folder.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Function function(String address) {
    link(
        root.resolve("bus/pci/devices").resolve(address), "../../../devices/pci0000:40/" + address);
    return new Function(this, root.resolve("devices/pci0000:40").resolve(address));
  }

  /** A 3D controller of NVIDIA. */
  Function nvidia(String address, String device) {
    return function(address)
        .with("vendor", "0x10de")
        .with("device", device)
        .with("class", "0x030200");
  }

  Function l40s(String address) {
    return nvidia(address, "0x26b9").withDriver("nvidia").with("sriov_totalvfs", "32");
  }

  void mdev(String address) {
    link(root.resolve("class/mdev_bus").resolve(address), "../../devices/pci0000:40/" + address);
  }

  static void put(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void link(Path link, String target) {
    try {
      Files.createDirectories(link.getParent());
      Files.createDirectories(link.resolveSibling(target).normalize());
      Files.createSymbolicLink(link, Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
