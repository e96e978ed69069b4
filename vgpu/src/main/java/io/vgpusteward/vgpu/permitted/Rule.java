package io.vgpusteward.vgpu.permitted;

import java.util.Locale;

/** The rules about the permitted list, each with the name that settings and logs have for it. */
public enum Rule {
  /** A resource that something uses, or may use, goes from the list. */
  LOST_IN_USE,
  /** A resource that nothing uses goes from the list. */
  LOST_UNUSED,
  /** A resource in use loses devices that an entry selected for it. */
  SELECTOR_CHANGED,
  /** Two resources that KubeVirt serves itself have one selector; it keeps one, silently. */
  SELECTOR_SHARED,
  /** Another device plugin is to serve what KubeVirt's served, or the other way round. */
  PROVIDER_CHANGED,
  /** KubeVirt would hand out a card that is passed through whole as a vGPU. */
  PASSED_THROUGH,
  /** An entry that can work for nobody. */
  MALFORMED,
  /** A list that was not there before, or is of a new KubeVirt, lacks a resource in use. */
  NOT_PERMITTED,
  /** The feature gate that {@code hostDevices} need goes while something has some. */
  GATE_DROPPED,
  /** An acknowledgement that stays open, or names nothing. */
  ACKNOWLEDGEMENT;

  /** The name in settings and logs, {@code permitted-lost-in-use}. */
  public String id() {
    return "permitted-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
