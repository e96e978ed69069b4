package io.vgpusteward.agent.sysfs;

/** The driver refused a write. */
public final class RefusedException extends Exception {
  private final Errno errno;

  /** Why, as far as the kernel says; drivers differ, so it is a hint. */
  public enum Errno {
    /** Held, or set already. */
    EPERM,
    /** The process of the vGPU before is still there, or, from another driver, it is held. */
    EBUSY,
    /** Not creatable now. */
    EIO,
    EINVAL,
    /** Unknown to the open driver. */
    ENODEV,
    /** The GPU is full, for the open driver. */
    ENOSPC,
    /** The function is gone. */
    ENOENT,
    /** This program lacks a right, or the file system is mounted read-only. */
    EACCES,
    OTHER
  }

  public RefusedException(Errno errno, String words) {
    super(words);
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
