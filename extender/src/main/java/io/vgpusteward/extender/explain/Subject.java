package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.LauncherPod;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is explained: a guest, its pod, or both.
 *
 * @param machine the VirtualMachine, where there is one
 * @param instance its VirtualMachineInstance, or a bare one
 * @param pod the pod that the instance runs in or is about to; of two, during a migration, the one
 *     that is not placed yet
 */
public record Subject(
    Optional<Guest> machine, Optional<Guest> instance, Optional<LauncherPod> pod) {
  /**
   * Checks that there is something.
   *
   * @throws IllegalArgumentException when there is nothing
   */
  public Subject {
    if (machine.isEmpty() && instance.isEmpty() && pod.isEmpty()) {
      throw new IllegalArgumentException("a subject of nothing");
    }
  }

  /** The guests with the name, and their pod; empty where there is neither. */
  static Optional<Subject> named(ClusterView view, String namespace, String name) {
    Optional<Guest> machine =
        view.guest(new GuestKey(GuestKey.Kind.VirtualMachine, namespace, name));
    Optional<Guest> instance =
        view.guest(new GuestKey(GuestKey.Kind.VirtualMachineInstance, namespace, name));
    return machine.isEmpty() && instance.isEmpty()
        ? Optional.empty()
        : Optional.of(new Subject(machine, instance, podOf(view, namespace, name)));
  }

  /** The pod, and the guests that it is of. */
  public static Subject of(LauncherPod pod, ClusterView view) {
    Optional<LauncherPod> itself = Optional.of(pod);
    return pod.guest()
        .flatMap(name -> named(view, pod.namespace(), name))
        .map(guests -> new Subject(guests.machine, guests.instance, itself))
        .orElseGet(() -> new Subject(Optional.empty(), Optional.empty(), itself));
  }

  private static Optional<LauncherPod> podOf(ClusterView view, String namespace, String name) {
    List<LauncherPod> pods = view.launchers().ofGuest(namespace, name);
    return pods.stream()
        .filter(pod -> pod.node().isEmpty())
        .findFirst()
        .or(() -> pods.stream().findFirst());
  }

  /** Who Events are for: the VirtualMachine, else the bare instance. */
  public Optional<Guest> guest() {
    return machine.or(() -> instance);
  }

  public String namespace() {
    return guest()
        .map(guest -> guest.key().namespace())
        .or(() -> pod.map(LauncherPod::namespace))
        .orElseThrow();
  }

  /** {@code VirtualMachine tenant/workstation}, or the pod where no guest of it is known. */
  public String name() {
    return guest()
        .map(guest -> guest.key().toString())
        .or(() -> pod.map(LauncherPod::toString))
        .orElseThrow();
  }

  /** The profiles whose node label it requires. */
  SortedSet<String> requiredProfiles() {
    SortedSet<String> required = new TreeSet<>();
    instance.or(() -> machine).ifPresent(one -> required.addAll(one.traces().requiredProfiles()));
    return required;
  }
}
