package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Simulated GPUs alone, without a node or a cluster around them: {@code gpusim} in namespaces of
 * its own, which end with this process at the latest. Thread-safe.
 */
public final class SimulatedGpus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Part part;
  private final Path mount;
  private final GpuControl control;

  private SimulatedGpus(Part part, Path mount, GpuControl control) {
    this.part = part;
    this.mount = mount;
    this.control = control;
  }

  /**
   * Starts them, and returns once their {@code /sys} is there.
   *
   * @param folder an empty one, for what they need
   */
  public static SimulatedGpus start(Path folder, Gpus gpus) {
    Path mount = folder.resolve("sys");
    Path configuration = folder.resolve("gpus.json");
    Path socket = folder.resolve("gpusim.sock");
    try {
      Files.createDirectories(mount);
      Files.writeString(configuration, JSON.writeValueAsString(gpus));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command =
        List.of(
            Tools.program("gpusim").toString(),
            "serve",
            "--config",
            configuration.toString(),
            "--mount",
            mount.toString(),
            "--socket",
            socket.toString());
    Part part = Part.start("gpusim", folder.resolve("log"), Map.of(), command);
    SimulatedGpus started = new SimulatedGpus(part, mount, new GpuControl(socket));
    try {
      Wait.until(
          "the GPUs are there",
          () -> {
            part.requireAlive();
            return part.output().contains("ready\n");
          });
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
    return started;
  }

  /** The {@code /sys} with them, as this process can read it. */
  public Path sysfs() {
    return Path.of("/proc", Long.toString(process()), "root")
        .resolve(Path.of("/").relativize(mount));
  }

  /** Where that is in their namespaces. */
  public Path mount() {
    return mount;
  }

  /** A process in their namespaces. */
  public long process() {
    return ProcessHandle.current()
        .descendants()
        .filter(this::isGpusim)
        .findAny()
        .map(ProcessHandle::pid)
        .orElseThrow(() -> new IllegalStateException("gpusim does not run"));
  }

  private boolean isGpusim(ProcessHandle process) {
    List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
    return !arguments.isEmpty()
        && arguments.getFirst().equals("serve")
        && arguments.contains(mount.toString());
  }

  /** What happens to them. */
  public GpuControl control() {
    return control;
  }

  @Override
  public void close() {
    part.close();
  }
}
