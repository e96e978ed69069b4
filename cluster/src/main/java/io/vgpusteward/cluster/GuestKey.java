package io.vgpusteward.cluster;

/** Names a guest: a VirtualMachine or a VirtualMachineInstance. */
public record GuestKey(Kind kind, String namespace, String name) {
  /** The kinds of {@code kubevirt.io/v1} that are guests, by their names in the API. */
  public enum Kind {
    VirtualMachine,
    VirtualMachineInstance
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
