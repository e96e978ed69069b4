package io.vgpusteward.agent.sysfs;

import io.vgpusteward.agent.sysfs.RefusedException.Errno;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Objects;

/**
 * Why the kernel refused a write, out of the exception that Java makes of it.
 *
 * <p>Java keeps no errno but only its text: that of glibc or musl in English, as where no other
 * language is installed. Another text is {@link Errno#OTHER}, with these words.
 */
final class Refusal {
  private static final Map<String, Errno> TEXTS =
      Map.ofEntries(
          Map.entry("Operation not permitted", Errno.EPERM),
          Map.entry("Device or resource busy", Errno.EBUSY),
          Map.entry("Resource busy", Errno.EBUSY),
          Map.entry("Input/output error", Errno.EIO),
          Map.entry("I/O error", Errno.EIO),
          Map.entry("Invalid argument", Errno.EINVAL),
          Map.entry("Numerical result out of range", Errno.EINVAL),
          Map.entry("Result not representable", Errno.EINVAL),
          Map.entry("No such device", Errno.ENODEV),
          Map.entry("No space left on device", Errno.ENOSPC),
          Map.entry("No such file or directory", Errno.ENOENT),
          Map.entry("Permission denied", Errno.EACCES),
          Map.entry("Read-only file system", Errno.EACCES));

  private Refusal() {}

  /**
   * The refusal of a write.
   *
   * @param isThere whether the file is there after it
   */
  static RefusedException of(IOException cause, String vf, long type, boolean isThere) {
    Errno said = errno(cause);
    // The kernel says ENODEV of an open file whose function goes, and a driver of a type.
    Errno errno = said == Errno.ENODEV && !isThere ? Errno.ENOENT : said;
    return new RefusedException(
        errno,
        "writing %d to current_vgpu_type of %s: %s (%s)"
            .formatted(type, vf, type == 0 ? ofReset(errno) : ofType(errno, type), text(cause)));
  }

  static Errno errno(IOException cause) {
    return switch (cause) {
      case NoSuchFileException gone -> Errno.ENOENT;
      case AccessDeniedException denied -> Errno.EACCES;
      default -> TEXTS.getOrDefault(text(cause), Errno.OTHER);
    };
  }

  /** What the system says, without the name of the file. */
  static String text(IOException cause) {
    return switch (cause) {
      case NoSuchFileException gone -> "No such file or directory";
      case AccessDeniedException denied -> "Permission denied";
      case FileSystemException failed when failed.getReason() != null -> failed.getReason();
      default -> Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    };
  }

  private static String ofReset(Errno errno) {
    return switch (errno) {
      case EPERM -> "something holds it, or it carries no type";
      case EBUSY -> "the process of its last vGPU has not ended, or something holds it";
      default -> ofEither(errno);
    };
  }

  private static String ofType(Errno errno, long type) {
    return switch (errno) {
      case EPERM -> "it carries a type already, which must be reset to 0 first";
      case EBUSY -> "something holds it";
      case EIO ->
          "the driver cannot create it there now: no room is left on the GPU, the GPU's other vGPUs"
              + " have another size, or it does not know "
              + type;
      case EINVAL -> "the GPU's other vGPUs have another type, or the driver cannot read the value";
      case ENODEV -> "the driver does not know " + type;
      case ENOSPC -> "no room is left on the GPU";
      default -> ofEither(errno);
    };
  }

  private static String ofEither(Errno errno) {
    return switch (errno) {
      case ENOENT -> "the virtual function is gone, or its driver makes no vGPUs";
      case EACCES ->
          "this program may not write there: run it as user 0 with the host's /sys/devices mounted"
              + " writable, and let no security profile deny it";
      default -> "the driver refuses it";
    };
  }
}
