package io.vgpusteward.vgpu.permitted;

import java.util.List;
import java.util.stream.Stream;

/**
 * Entries by which KubeVirt would hand out a card that is passed through whole as a vGPU: it takes
 * any {@code vfio-pci} function with the id, PF or VF (pci_device.go).
 */
final class PassedThroughCards {
  private PassedThroughCards() {}

  static Stream<Finding> judge(Comparison change) {
    return change.after().entries().stream()
        .filter(entry -> entry.isInTree() && entry.resource().profile().isPresent())
        .filter(entry ->
            entry.selector().flatMap(Selector::pciId).filter(change::isPassedThrough).isPresent())
        .filter(
            entry -> change.before().entries(entry.resource()).noneMatch(old -> isSame(old, entry)))
        .map(PassedThroughCards::finding);
  }

  private static boolean isSame(Entry old, Entry now) {
    return old.isInTree() && old.selector().equals(now.selector());
  }

  private static Finding finding(Entry entry) {
    return new Finding(
        Rule.PASSED_THROUGH,
        Severity.DENY_UNLESS_TRUSTED,
        entry.field(),
        "a node has a GPU with the id "
            + entry.device().selector()
            + " bound to vfio-pci: KubeVirt looks at the id alone and would hand that out as "
            + entry.resource(),
        List.of(),
        List.of(new Fix.Other("leave the entry out, or give the GPU back to NVIDIA's driver")));
  }
}
