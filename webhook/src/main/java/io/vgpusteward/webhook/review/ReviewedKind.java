package io.vgpusteward.webhook.review;

import java.util.Optional;

/** The kinds of objects that can be reviewed, by their names in the API. */
public enum ReviewedKind {
  VIRTUAL_MACHINE("kubevirt.io", "VirtualMachine", "virtualmachines"),
  VIRTUAL_MACHINE_INSTANCE("kubevirt.io", "VirtualMachineInstance", "virtualmachineinstances"),
  VM_INSTANCE("apps.cozystack.io", "VMInstance", "vminstances"),
  KUBEVIRT("kubevirt.io", "KubeVirt", "kubevirts");

  private final String group;
  private final String kind;
  private final String plural;

  ReviewedKind(String group, String kind, String plural) {
    this.group = group;
    this.kind = kind;
    this.plural = plural;
  }

  /** The kind of an object with this {@code apiVersion} and {@code kind}. */
  public static Optional<ReviewedKind> of(String apiVersion, String kind) {
    for (ReviewedKind candidate : values()) {
      if (candidate.kind.equals(kind) && apiVersion.startsWith(candidate.group + "/")) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The name in objects. */
  public String kind() {
    return kind;
  }

  /** The name in paths. */
  public String plural() {
    return plural;
  }

  @Override
  public String toString() {
    return kind;
  }
}
