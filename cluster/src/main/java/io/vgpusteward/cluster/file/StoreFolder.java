package io.vgpusteward.cluster.file;

import io.vgpusteward.cluster.ClusterException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder {@code .vgpu-steward}, where this program writes: whole files at once, readable for
 * their owner alone, one writer at a time among threads and processes.
 */
final class StoreFolder {
  /** Locks of files hold between processes only. */
  private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  /** What a locked section does. */
  interface Work<T> {
    T run() throws IOException;
  }

  private final Path root;
  private final ReentrantLock lock;

  StoreFolder(Path folder) {
    root = folder.resolve(".vgpu-steward");
    lock = LOCKS.computeIfAbsent(root.toAbsolutePath().normalize(), path -> new ReentrantLock());
  }

  Path resolve(String... names) {
    Path path = root;
    for (String name : names) {
      path = path.resolve(name);
    }
    return path;
  }

  /** Does the work while nobody else writes here. */
  <T> T locked(Work<T> work) {
    lock.lock();
    try {
      createFolders(root);
      try (FileChannel channel =
              FileChannel.open(
                  root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        assert held.isValid();
        return work.run();
      }
    } catch (IOException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
  }

  /** Replaces the file, or makes it, at once. */
  void write(Path folder, String name, String text) throws IOException {
    createFolders(folder);
    Path next = Files.createTempFile(folder, ".", ".tmp", ownerOnly("rw-------"));
    try {
      Files.write(next, text.getBytes(StandardCharsets.UTF_8));
      Files.move(
          next,
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** The exception without the cause's own words, which may be of a Secret's file. */
  ClusterException failed(IOException e) {
    return new ClusterException(
        root + " cannot be read or written: " + e.getClass().getSimpleName());
  }

  private void createFolders(Path folder) throws IOException {
    Files.createDirectories(folder, ownerOnly("rwx------"));
  }

  private FileAttribute<?>[] ownerOnly(String permissions) {
    FileSystem system = root.getFileSystem();
    return system.supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
