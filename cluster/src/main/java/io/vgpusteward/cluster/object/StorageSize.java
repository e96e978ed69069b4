package io.vgpusteward.cluster.object;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;

/** Reads sizes as Kubernetes writes them: {@code 20Gi}, {@code "21474836480"}, {@code 20G}. */
public final class StorageSize {
  private StorageSize() {}

  /** The size in bytes; empty for what is no quantity. Never throws. */
  public static Optional<BigDecimal> bytes(String quantity) {
    try {
      return Optional.of(Quantity.getAmountInBytes(Quantity.parse(quantity)));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
