package io.vgpusteward.cluster.object;

import io.fabric8.kubernetes.api.model.Quantity;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.ResourceName;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads quantities of extended resources, which are whole numbers: {@code 4}, {@code "1k"}. */
final class Quantities {
  /** KubeVirt's own, which every launcher asks for: kvm, tun, vhost-net. */
  private static final String KUBEVIRT = "devices.kubevirt.io/";

  private Quantities() {}

  /**
   * The extended resources among these; without those of KubeVirt itself and our marker, which are
   * no host devices.
   */
  static SortedMap<ResourceName, Integer> extended(Field resources) {
    SortedMap<ResourceName, Integer> found = new TreeMap<>();
    if (resources.isMapping()) {
      for (String name : (Iterable<String>) resources.node()::fieldNames) {
        if (isHostDevice(name)) {
          count(resources.at(name)).ifPresent(count -> found.put(new ResourceName(name), count));
        }
      }
    }
    return found.isEmpty() ? Collections.emptySortedMap() : found;
  }

  /** A quantity, from 0 to what an int holds. */
  static OptionalInt count(Field field) {
    if (!field.isPresent()) {
      return OptionalInt.empty();
    }
    try {
      BigDecimal amount = Quantity.parse(field.node().asText()).getNumericalAmount();
      return OptionalInt.of(
          amount.max(BigDecimal.ZERO).min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue());
    } catch (RuntimeException e) {
      field.problems().accept(field.path() + " is not a quantity");
      return OptionalInt.empty();
    }
  }

  /** As Kubernetes tells extended resources (pkg/apis/core/v1/helper, IsExtendedResourceName). */
  private static boolean isHostDevice(String name) {
    return name.indexOf('/') > 0
        && !name.contains("kubernetes.io/")
        && !name.startsWith("requests.")
        && !name.startsWith(KUBEVIRT)
        && !name.equals(Keys.FRAMEBUFFER_GIB);
  }
}
