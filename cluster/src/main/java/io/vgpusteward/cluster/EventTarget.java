package io.vgpusteward.cluster;

/**
 * What an Event is about: an object of {@code kubevirt.io/v1}.
 *
 * @param kind its name in the API
 */
public record EventTarget(String kind, String namespace, String name, String uid) {
  public static EventTarget of(GuestKey guest, String uid) {
    return new EventTarget(guest.kind().name(), guest.namespace(), guest.name(), uid);
  }

  public static EventTarget of(KubeVirt kubeVirt) {
    return new EventTarget("KubeVirt", kubeVirt.namespace(), kubeVirt.name(), kubeVirt.uid());
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
