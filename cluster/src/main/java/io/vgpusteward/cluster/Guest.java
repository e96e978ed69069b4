package io.vgpusteward.cluster;

import java.util.Map;
import java.util.Optional;

/**
 * What this program needs to know of a VirtualMachine or a VirtualMachineInstance.
 *
 * @param uid its {@code metadata.uid}
 * @param owner the guest or set that owns it, as {@code Kind/name}, where one does
 * @param generateName whether the API server made up its name
 * @param deleting whether it has a deletion timestamp
 * @param finished for an instance, whether its phase is Succeeded or Failed
 * @param annotations those of {@link Keys#PREFIX}; they may hold user data
 * @param userDataSecret the Secret that its first cloud-init volume takes user data from
 * @param configDrive whether that volume is a {@code cloudInitConfigDrive}
 */
public record Guest(
    GuestKey key,
    String uid,
    Optional<String> owner,
    boolean generateName,
    boolean deleting,
    boolean finished,
    Map<String, String> annotations,
    Optional<String> userDataSecret,
    boolean configDrive) {
  public Guest {
    annotations = Map.copyOf(annotations);
  }

  /** The key alone: annotations may hold user data, which belongs in no log. */
  @Override
  public String toString() {
    return key.toString();
  }
}
