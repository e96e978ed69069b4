package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node has of GPUs, as the configuration of {@code gpusim}.
 *
 * @param driver {@code vendor}, or {@code open} for the one proposed for the Linux kernel
 * @param list {@code name-first} where creatable types are listed so; null for the id first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Gpus(String driver, @Nullable String list, @JsonProperty("gpus") List<Gpu> cards) {
  public Gpus {
    cards = List.copyOf(cards);
  }

  /** Under NVIDIA's own driver. */
  public static Gpus of(Gpu... cards) {
    return new Gpus("vendor", null, List.of(cards));
  }

  /** Under the driver proposed for the Linux kernel. */
  public static Gpus ofOpenDriver(Gpu... cards) {
    return new Gpus("open", null, List.of(cards));
  }

  /** Under a draft of that driver which lists a type's name before its id. */
  public static Gpus ofOpenDriverWithNamesFirst(Gpu... cards) {
    return new Gpus("open", "name-first", List.of(cards));
  }
}
