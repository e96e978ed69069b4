package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.RefusedException.Errno;

/** What a driver means by refusing a write, and what to do about it. */
final class Refusals {
  private static final int MOST_QUOTED = 120;

  private Refusals() {}

  /** This program is not let write. */
  static String mayNotWrite() {
    return "the node agent may not write to sysfs (EACCES): run it as root with the host's /sys"
        + " mounted writable";
  }

  /** A type was refused for a function that carries nothing. */
  static String ofSet(Function function, Attempt last) {
    String wanted = function.goalWords();
    return switch (last.refusal().orElse(Errno.OTHER)) {
      case EACCES -> mayNotWrite();
      case EPERM ->
          "the driver does not let %s be set (EPERM), as if it was in use; stop what uses it on the"
                  .formatted(wanted)
              + " node, or reload the driver";
      case EBUSY -> "the driver stays busy with it (EBUSY); see the vGPU manager's log on the node";
      case EIO ->
          "the driver lists %s and refuses it (EIO): no room for it on the GPU, or another size"
                  .formatted(wanted)
              + " than the GPU's others; see the vGPU manager's log on the node";
      case EINVAL ->
          "the driver refuses %s (EINVAL): another size than what the GPU's others carry; give all"
                  .formatted(wanted)
              + " one size, or switch mixed sizes on (nvidia-smi vgpu -shm 1)";
      case ENOSPC ->
          "the GPU has no room for %s (ENOSPC); configure fewer, or none for another of its"
                  .formatted(wanted)
              + " functions";
      case ENODEV ->
          "the driver does not know %s (ENODEV); name a profile that is listed for it"
              .formatted(wanted);
      case ENOENT -> "it was gone when it was written to; sriov-manage may be at work";
      case OTHER ->
          "the driver refuses %s (%s); see the vGPU manager's log on the node"
              .formatted(wanted, quote(last));
    };
  }

  /** What the kernel said, short. */
  static String quote(Attempt last) {
    String words = last.words().strip().replaceAll("\\s+", " ");
    String said = words.isEmpty() ? last.refusal().map(Enum::name).orElse("nothing") : words;
    return said.length() <= MOST_QUOTED ? said : said.substring(0, MOST_QUOTED - 1) + "…";
  }
}
