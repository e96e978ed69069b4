package io.vgpusteward.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback that no other rig on this machine gets while this one lives.
 *
 * <p>They are below those that the kernel gives to outgoing connections: a port that was free when
 * somebody looked could be taken by one before its server starts. A lock on a file guards each
 * block of them; the kernel drops it when this JVM ends. Who has used up a block gets one more.
 * Thread-safe.
 */
public final class Ports implements AutoCloseable {
  private static final int FIRST = 20_000;
  private static final int BLOCK = 64;
  private static final int BLOCKS = 180;

  private final List<FileChannel> locks = new ArrayList<>();
  private int next;
  private int end;

  private Ports() {}

  /** Reserves a block of ports. */
  static Ports reserve() {
    Ports ports = new Ports();
    ports.reserveBlock();
    return ports;
  }

  private void reserveBlock() {
    int start = ThreadLocalRandom.current().nextInt(BLOCKS);
    try {
      Path folder =
          Files.createDirectories(
              Path.of(System.getProperty("java.io.tmpdir"), "vgpu-steward-ports"));
      for (int i = 0; i < BLOCKS; i++) {
        int first = FIRST + (start + i) % BLOCKS * BLOCK;
        FileChannel channel =
            FileChannel.open(
                folder.resolve(Integer.toString(first)),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        if (isLocked(channel)) {
          locks.add(channel);
          next = first;
          end = first + BLOCK;
          return;
        }
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("all blocks of ports are taken: are so many rigs running?");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException ofAnotherRigInThisProcess) {
      return false;
    }
  }

  /** A port that nobody listens on. */
  public synchronized int next() {
    while (true) {
      if (next == end) {
        reserveBlock();
      }
      int port = next++;
      if (isFree(port)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    try {
      for (FileChannel lock : locks) {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
