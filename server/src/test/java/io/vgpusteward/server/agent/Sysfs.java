package io.vgpusteward.server.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder laid out as {@code /sys} of a node with one L40S. Its files are plain: whatever is
 * written is taken, and lists do not shrink.
 */
record Sysfs(Path root) {
  static final String GPU = "0000:41:00.0";

  /** With that many virtual functions that carry nothing. */
  static Sysfs of(Path root, int vfs) {
    Sysfs sysfs = new Sysfs(root);
    sysfs.function(GPU);
    sysfs.put(GPU, "sriov_totalvfs", "32");
    for (int i = 0; i < vfs; i++) {
      String vf = vf(i);
      sysfs.function(vf);
      sysfs.link(vf, "physfn", "../" + GPU);
      sysfs.link(GPU, "virtfn" + i, "../" + vf);
      sysfs.link(vf, "iommu_group", "../../../../kernel/iommu_groups/" + (10 + i));
      sysfs.put(vf, "nvidia/current_vgpu_type", "0");
      sysfs.put(
          vf,
          "nvidia/creatable_vgpu_types",
          """
          ID    : vGPU Name
          1153  : NVIDIA L40S-12Q
          1155  : NVIDIA L40S-24Q
          1156  : NVIDIA L40S-48Q
          """);
    }
    return sysfs;
  }

  /** The address of a virtual function, from 0. */
  static String vf(int number) {
    return "0000:41:00." + (4 + number);
  }

  private void function(String address) {
    put(address, "vendor", "0x10de");
    put(address, "device", "0x26b9");
    put(address, "class", "0x030200");
    link(address, "driver", "../../drivers/nvidia");
  }

  private Path file(String address, String name) {
    return root.resolve("bus/pci/devices").resolve(address).resolve(name);
  }

  void put(String address, String name, String content) {
    try {
      Files.createDirectories(file(address, name).getParent());
      Files.writeString(file(address, name), content + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(String address, String name, String target) {
    try {
      Files.createSymbolicLink(file(address, name), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a virtual function carries. */
  String type(int number) {
    try {
      return Files.readString(file(vf(number), "nvidia/current_vgpu_type")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Has files keep the first line of what is written into them, as attributes do: a plain file
   * keeps the end of what was longer before. Closing the result ends it.
   */
  AutoCloseable driving() {
    Thread driver =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(5);
                  for (int i = 0; Files.exists(file(vf(i), "nvidia")); i++) {
                    String type = type(i);
                    if (type.indexOf('\n') >= 0) {
                      put(vf(i), "nvidia/current_vgpu_type", type.lines().findFirst().orElse("0"));
                    }
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return driver::interrupt;
  }

  /** As a reboot leaves it. */
  void reset(int number) {
    put(vf(number), "nvidia/current_vgpu_type", "0");
  }
}
