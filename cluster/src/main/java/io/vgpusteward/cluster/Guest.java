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
 * @param running for a virtual machine, whether there is an instance of it ({@code
 *     status.created}); for an instance, whether it has not finished
 * @param optedOut whether its own label {@link Keys#INJECT} says hands off; its namespace may say
 *     so too
 * @param clusterApiWorker whether a label of it or of its template is Cluster API's: then it is a
 *     node of a tenant's cluster
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
    boolean configDrive,
    GuestDevices devices,
    Traces traces,
    boolean running,
    boolean optedOut,
    boolean clusterApiWorker) {
  public Guest {
    annotations = Map.copyOf(annotations);
  }

  /** A guest that does not run and has nothing to do with devices. */
  public Guest(
      GuestKey key,
      String uid,
      Optional<String> owner,
      boolean generateName,
      boolean deleting,
      boolean finished,
      Map<String, String> annotations,
      Optional<String> userDataSecret,
      boolean configDrive) {
    this(
        key,
        uid,
        owner,
        generateName,
        deleting,
        finished,
        annotations,
        userDataSecret,
        configDrive,
        GuestDevices.NONE,
        Traces.NONE,
        false,
        false,
        false);
  }

  /** The key alone: annotations may hold user data, which belongs in no log. */
  @Override
  public String toString() {
    return key.toString();
  }
}
