package io.vgpusteward.e2e.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes types as an operator does by hand. */
final class Sysfs {
  private Sysfs() {}

  /** Gives a virtual function a type, by its number. */
  static void write(Path sysfs, String vf, int type) {
    try {
      Files.writeString(
          sysfs.resolve("bus/pci/devices").resolve(vf).resolve("nvidia/current_vgpu_type"),
          type + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
