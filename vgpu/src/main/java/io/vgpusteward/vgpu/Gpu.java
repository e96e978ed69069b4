package io.vgpusteward.vgpu;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One GPU of a node: one physical function. An A16 board is four of them.
 *
 * @param busId the address of its physical function in sysfs, {@code 0000:41:00.0}
 * @param pciId vendor and device, which its virtual functions share
 * @param board the token that its profiles begin with, {@code L40S}
 * @param passedThrough whether {@code vfio-pci} is its driver: it belongs to one virtual machine
 *     whole, and KubeVirt hands it out under the resource of a vGPU with the same PCI id
 * @param sizes whether its VFs may differ in frame buffer
 * @param frameBufferGib all of its frame buffer, in GiB
 * @param offered every profile that its driver was ever seen to list for one of its VFs, so also
 *     what it lists no longer because others carry something
 * @param vfs its virtual functions, in the order of the card ({@code virtfn0}, {@code virtfn1})
 */
public record Gpu(
    String busId,
    Optional<PciId> pciId,
    Optional<String> board,
    boolean passedThrough,
    Sizes sizes,
    OptionalInt frameBufferGib,
    SortedSet<Profile> offered,
    List<Vf> vfs) {
  /** How many time-sliced vGPUs one GPU can have at most (facts of the driver, all boards). */
  private static final int MOST_TIME_SLICED = 32;

  /** The frame buffer sizes on one GPU. */
  public enum Sizes {
    /** All vGPUs have one size: how a GPU is after the node's start. */
    Equal,
    /** Sizes may mix, as far as the driver's lists go. */
    Mixed,
    Unknown
  }

  public Gpu {
    offered =
        offered.isEmpty()
            ? Collections.emptySortedSet()
            : Collections.unmodifiableSortedSet(new TreeSet<>(offered));
    vfs = List.copyOf(vfs);
  }

  /** A GPU that one virtual machine gets whole. */
  public static Gpu passedThrough(String busId, PciId pciId) {
    return new Gpu(
        busId,
        Optional.of(pciId),
        Optional.empty(),
        true,
        Sizes.Unknown,
        OptionalInt.empty(),
        Collections.emptySortedSet(),
        List.of());
  }

  /** How many VFs carry the profile, held or not. */
  public int carries(Profile profile) {
    return (int)
        vfs.stream().filter(vf -> vf.current().filter(profile::equals).isPresent()).count();
  }

  /** All profiles that its VFs carry, or that its driver listed at some time. */
  public SortedSet<Profile> knownProfiles() {
    TreeSet<Profile> known = new TreeSet<>(offered);
    for (Vf vf : vfs) {
      vf.current().ifPresent(known::add);
      known.addAll(vf.creatable());
    }
    return Collections.unmodifiableSortedSet(known);
  }

  /** The same for one profile, without a list of all: this is asked of many GPUs at once. */
  private boolean knows(Profile profile) {
    return offered.contains(profile)
        || vfs.stream()
            .anyMatch(vf ->
                vf.current().filter(profile::equals).isPresent()
                    || vf.creatable().contains(profile));
  }

  /**
   * At most how many VFs can ever carry the profile at the same time, whatever they carry now: an
   * upper bound, since the driver may have a limit of its own. For a profile that the GPU is not
   * known to have it is 0.
   *
   * <p>What one VF was ever offered any VF of the GPU may get: the lists of single VFs shrink while
   * others are in use. A time-sliced profile fits as often as its size goes into the frame buffer,
   * where that is known, and 32 times at most; instances of MIG-backed ones depend on how the GPU
   * is cut, so there only the VFs count.
   */
  public int mostEver(Profile profile) {
    if (passedThrough || !knows(profile)) {
      return 0;
    }
    int usable = (int) vfs.stream().filter(vf -> !vf.passedThrough()).count();
    return Math.max(carries(profile), Math.min(usable, fitting(profile)));
  }

  /**
   * Whether it is certain that no VF here will ever carry the profile. Uncertain are MIG-backed
   * profiles, which the driver lists only once there is a GPU instance for them, and GPUs whose
   * lists were not seen in full, as those that were configured before the node agent came.
   */
  public boolean rulesOut(Profile profile) {
    if (passedThrough) {
      return true;
    }
    if (knows(profile)) {
      return false;
    }
    return board.filter(token -> !token.equals(profile.board())).isPresent()
        || (!profile.isMigBacked() && wasListedInFull());
  }

  /** Each board has a profile of all its frame buffer, and that one is the first to go. */
  private boolean wasListedInFull() {
    return frameBufferGib.isPresent()
        && offered.stream()
            .anyMatch(profile ->
                !profile.isMigBacked() && profile.sizeGib() == frameBufferGib.getAsInt());
  }

  private int fitting(Profile profile) {
    if (profile.isMigBacked() || frameBufferGib.isEmpty()) {
      return vfs.size();
    }
    int halves = profile.sizeGib() == 0 ? 1 : 2 * profile.sizeGib();
    return Math.min(MOST_TIME_SLICED, 2 * frameBufferGib.getAsInt() / halves);
  }
}
