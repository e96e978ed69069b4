package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a node has of GPUs, as the configuration of {@code gpusim}.
 *
 * @param driver {@code vendor}, or {@code open} for the one proposed for the Linux kernel
 */
public record Gpus(String driver, @JsonProperty("gpus") List<Gpu> cards) {
  public Gpus {
    cards = List.copyOf(cards);
  }

  /** Under NVIDIA's own driver. */
  public static Gpus of(Gpu... cards) {
    return new Gpus("vendor", List.of(cards));
  }

  /** Under the driver proposed for the Linux kernel. */
  public static Gpus ofOpenDriver(Gpu... cards) {
    return new Gpus("open", List.of(cards));
  }
}
