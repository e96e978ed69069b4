package io.vgpusteward.agent.advertised;

import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why something is not advertised as it should be.
 *
 * @param resource the one that it is about, where it is about one
 * @param functions the virtual functions concerned, as far as they are known, with the ids of the
 *     types that they carry
 * @param sentence what it is and how it is cured
 */
public record Cause(
    Kind kind,
    Optional<ResourceName> resource,
    SortedMap<String, Long> functions,
    String sentence) {
  /** The known causes; the names are published. */
  public enum Kind {
    /** There is no KubeVirt CR. */
    NoKubeVirt,
    /** Before 1.9 it knows no vGPU that is a virtual function. */
    KubeVirtTooOld,
    /** No entry of the permitted list selects the card. */
    NotPermitted,
    /** An entry is named after what is carried and selects another card, or none. */
    SelectorWrong,
    /** The entry leaves the card to another device plugin, which does not offer it rightly. */
    ExternalProvider,
    /** virt-handler is not on the node. */
    NoVirtHandler,
    /** virt-handler does not run, or started a moment ago. */
    VirtHandlerStarting,
    /** It looked before the functions had their types, and it looks once. */
    ScannedTooEarly,
    /** Functions are offered that carry nothing any more. */
    StaleDevices,
    /** Several functions are one IOMMU group, which is one device. */
    SharedIommuGroup,
    /** A function has no IOMMU group and so cannot be handed out. */
    NoIommuGroup,
    /** Functions that are passed through are offered under the name of vGPUs. */
    PassedThrough,
    /** What a function carries cannot be read. */
    Unreadable,
    /** None of the others. */
    Unexplained,
    /** Not against what is advertised: machines cannot ask for it by {@code hostDevices}. */
    HostDevicesGateOff
  }

  public Cause {
    functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
  }
}
