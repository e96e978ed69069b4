package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Diagnosis.Status;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why something is not advertised as it should be.
 *
 * @param resource the one that it is about, where it is about one
 * @param functions the functions concerned, as far as they are known, with the ids of the types
 *     that they carry
 * @param what it is
 * @param cure how it is cured, as an imperative
 */
public record Cause(
    Kind kind,
    Optional<ResourceName> resource,
    SortedMap<String, Long> functions,
    String what,
    String cure) {
  /** The known causes, the most telling first; the names are published. */
  public enum Kind {
    /** Functions are offered that carry nothing any more, or are gone. */
    StaleDevices(Status.False),
    /** None of the others. */
    Unexplained(Status.False),
    /** Functions that are passed through are offered under the name of vGPUs. */
    PassedThrough(Status.False),
    /** Several functions are one IOMMU group, which is one device. */
    SharedIommuGroup(Status.False),
    /** virt-handler looked before the functions had their types, and it looks once. */
    ScannedTooEarly(Status.False),
    /** Before 1.9 KubeVirt knows no vGPU that is a virtual function. */
    KubeVirtTooOld(Status.False),
    /** An entry is named after what is carried and selects another card, or none. */
    SelectorWrong(Status.False),
    /** No entry of the permitted list selects the card. */
    NotPermitted(Status.False),
    /** The entry leaves the card to another device plugin, which does not offer it rightly. */
    ExternalProvider(Status.False),
    /** There is no KubeVirt CR. */
    NoKubeVirt(Status.False),
    /** virt-handler is not on the node. */
    NoVirtHandler(Status.False),
    /** A function has no IOMMU group and so cannot be handed out. */
    NoIommuGroup(Status.False),
    /** What a function is cannot be read. */
    Unreadable(Status.Unknown),
    /** virt-handler does not run, or started a moment ago. */
    VirtHandlerStarting(Status.Unknown),
    /** Functions are about to change. */
    Changing(Status.Unknown),
    /** Nothing wrong in what is advertised; virtual machines ask for it by {@code gpus} alone. */
    HostDevicesGateOff(Status.True);

    private final Status status;

    Kind(Status status) {
      this.status = status;
    }

    /** What it makes of the condition. */
    Status status() {
      return status;
    }

    /** Whether a restart of virt-handler, which then looks anew, cures it. */
    public boolean isCuredByRestart() {
      return this == StaleDevices || this == ScannedTooEarly;
    }
  }

  public Cause {
    functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
  }

  /** What it is, and how it is cured. */
  public String sentence() {
    return what + ": " + cure;
  }
}
