package io.vgpusteward.vgpu;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A virtual function of a GPU, which is handed to one virtual machine at a time.
 *
 * @param busId its address in sysfs, {@code 0000:41:00.4}
 * @param passedThrough whether {@code vfio-pci} is its driver, under which it is no vGPU
 * @param current the profile that it carries; empty for none and for one without a known name
 * @param hasUnknownType whether it carries a type whose profile nobody can name: the driver lists
 *     no names for the types of a full GPU
 * @param desired the profile that is configured for it; empty where it is to carry none, and where
 *     nothing is configured
 * @param state how what it carries relates to what is configured
 * @param message why it is in that state, in words
 * @param holder who has it now
 * @param creatable what the driver would let it carry now; this shrinks while other VFs of the GPU
 *     carry something and while this one does
 */
public record Vf(
    String busId,
    boolean passedThrough,
    Optional<Profile> current,
    boolean hasUnknownType,
    Optional<Profile> desired,
    State state,
    Optional<String> message,
    Optional<Holder> holder,
    SortedSet<Profile> creatable) {
  /** How what a VF carries relates to what is configured for it. */
  public enum State {
    /** It carries what is configured, or nothing is configured for it. */
    Settled,
    /** The node agent is about to change it: what it carries does not last. */
    Changing,
    /** It is to change as soon as its holder lets go. */
    Pending,
    /** What is configured cannot be had. */
    Failed,
    /** It cannot be read. */
    Unknown
  }

  /**
   * Who has a VF.
   *
   * @param namespace of the pod
   * @param pod the pod that the kubelet gave it to
   * @param virtualMachine the machine that runs in the pod, in the same namespace
   */
  public record Holder(String namespace, String pod, Optional<String> virtualMachine) {
    @Override
    public String toString() {
      return virtualMachine
          .map(machine -> "virtual machine " + namespace + "/" + machine)
          .orElse("pod " + namespace + "/" + pod);
    }
  }

  public Vf {
    creatable =
        creatable.isEmpty()
            ? Collections.emptySortedSet()
            : Collections.unmodifiableSortedSet(new TreeSet<>(creatable));
  }

  /** A settled VF that carries nothing and is configured for nothing. */
  public static Vf unset(String busId, Set<Profile> creatable) {
    return new Vf(
        busId,
        false,
        Optional.empty(),
        false,
        Optional.empty(),
        State.Settled,
        Optional.empty(),
        Optional.empty(),
        new TreeSet<>(creatable));
  }

  /** A settled VF that nobody holds, with the profile that is configured for it. */
  public static Vf carrying(String busId, Profile profile) {
    return new Vf(
        busId,
        false,
        Optional.of(profile),
        false,
        Optional.of(profile),
        State.Settled,
        Optional.empty(),
        Optional.empty(),
        Collections.emptySortedSet());
  }

  /** The same in somebody's hands. */
  public Vf heldBy(Holder who) {
    return new Vf(
        busId,
        passedThrough,
        current,
        hasUnknownType,
        desired,
        state,
        message,
        Optional.of(who),
        creatable);
  }

  /** Whether it carries a type, even one without a name. */
  public boolean isSet() {
    return current.isPresent() || hasUnknownType;
  }
}
