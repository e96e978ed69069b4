package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.VgpuType;
import java.util.List;
import java.util.Random;

/** Random texts of the key {@code profiles} for the GPUs of a node. */
final class Configurations {
  private final DriverModel driver;
  private final Random random;

  Configurations(DriverModel driver, Random random) {
    this.driver = driver;
    this.random = random;
  }

  String any() {
    StringBuilder text = new StringBuilder();
    driver.gpus.values().forEach(gpu -> any(gpu, text));
    return text.toString();
  }

  private void any(DriverModel.Gpu gpu, StringBuilder text) {
    if (random.nextInt(20) == 0) {
      text.append("nonsense\n");
    }
    if (gpu.isMixed ? random.nextInt(3) != 0 : random.nextInt(8) == 0) {
      text.append(gpu.busId).append("/sizes=mixed\n");
    }
    VgpuType type = type(gpu);
    switch (random.nextInt(10)) {
      case 0 -> {}
      case 1, 2, 3 -> text.append(gpu.busId).append("/*=").append(value(type)).append('\n');
      case 4 -> text.append(type.profile().board()).append("=").append(type.profile()).append('\n');
      default -> {
        for (DriverModel.Vf vf : gpu.vfs) {
          if (random.nextInt(6) != 0) {
            text.append(vf.busId).append("=").append(value(gpu, type)).append('\n');
          }
        }
        if (random.nextInt(5) == 0) {
          text.append(gpu.busId).append("/*=").append(value(gpu, type)).append('\n');
        }
      }
    }
  }

  private String value(DriverModel.Gpu gpu, VgpuType usual) {
    return switch (random.nextInt(gpu.isMixed ? 12 : 30)) {
      case 0, 1 -> "none";
      case 2 -> usual.profile().board() + "-42Q";
      case 3, 4, 5, 6 -> value(type(gpu));
      default -> value(usual);
    };
  }

  private String value(VgpuType type) {
    return random.nextInt(5) == 0 ? Long.toString(type.id()) : type.profile().name();
  }

  private VgpuType type(DriverModel.Gpu gpu) {
    List<VgpuType> types = gpu.types;
    return types.get(random.nextInt(types.size()));
  }
}
