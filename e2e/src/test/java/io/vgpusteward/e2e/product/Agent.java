package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedGpus;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The agent of a node as its own process, in the namespaces of the node or of what stands for its
 * {@code /sys}, as a DaemonSet would have it there: with a node's own paths, as root without any
 * capability, and with an account that has just the rights that agents ship with. It ends with
 * these namespaces at the latest.
 */
final class Agent implements AutoCloseable {
  /** Those of {@code ./vgpu-steward agent}: a node's agent must be small. */
  private static final List<String> JAVA_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:CICompilerCount=1",
          "-XX:ReservedCodeCacheSize=24m",
          "-Xss512k",
          "-Xms8m",
          "-Xmn3m",
          "-Xmx96m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=20",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TrimNativeHeapInterval=30000",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dio.grpc.netty.shaded.io.netty.allocator.type=unpooled",
          "-Dio.grpc.netty.shaded.io.netty.noPreferDirect=true",
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED",
          // Agents of several nodes share the machine's /tmp.
          "-XX:-UsePerfData");

  private static final int PATIENCE_SECONDS = 120;

  private final List<String> command;
  private final Path log;
  private Process process;

  private Agent(List<String> command, Path log) {
    this.command = command;
    this.log = log;
    this.process = run();
  }

  /**
   * On a node with a kubelet, of which it takes sysfs and the socket from where they always are.
   */
  static Agent start(Rig rig, AgentRelease release, SimulatedNode node, String... flags) {
    return new Agent(
        command(rig, release, node.process(), node.name(), flags), log(rig, node.name()));
  }

  /** On a node that is an object only, with GPUs of its own and without a kubelet. */
  static Agent start(
      Rig rig, AgentRelease release, String node, SimulatedGpus gpus, String... flags) {
    return new Agent(command(rig, release, node, gpus, flags), log(rig, node));
  }

  /** The same as a command that ends by itself, such as with {@code --once}. */
  static Outcome once(
      Rig rig, AgentRelease release, String node, SimulatedGpus gpus, String... flags) {
    List<String> command = command(rig, release, node, gpus, flags);
    command.removeIf(flag -> flag.startsWith("--metrics-listen="));
    return ProgramCommand.run("agent " + String.join(" ", flags), command);
  }

  private static List<String> command(
      Rig rig, AgentRelease release, String node, SimulatedGpus gpus, String... flags) {
    List<String> command = command(rig, release, gpus.process(), node, flags);
    command.add("--sysfs-root=" + gpus.mount());
    return command;
  }

  private static List<String> command(
      Rig rig, AgentRelease release, long inNamespacesOf, String node, String... flags) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("nsenter", "--target", Long.toString(inNamespacesOf)));
    command.addAll(List.of("--mount", "--pid", "--"));
    command.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    command.add("--no-new-privs");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(List.of("-jar", Replica.jar().toString(), "agent"));
    command.add("--node=" + node);
    command.add("--kubeconfig=" + release.kubeconfig());
    command.add("--namespace=" + Product.NAMESPACE);
    command.add("--metrics-listen=127.0.0.1:" + rig.ports().next());
    command.add("--interval=1s");
    command.addAll(List.of(flags));
    if (command.stream().noneMatch(flag -> flag.startsWith("--settle="))) {
      command.add("--settle=1s");
    }
    return command;
  }

  private static Path log(Rig rig, String node) {
    return rig.logs().resolve("agent-" + node + ".log");
  }

  private Process run() {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The agent itself: nsenter waits for it in the namespaces where it is not. */
  private ProcessHandle agent() {
    Wait.until(
        "the agent runs",
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("the agent has ended:\n" + log());
          }
          return process.children().findAny().isPresent();
        });
    return process.children().findAny().orElseThrow();
  }

  /** Ends it by SIGKILL. */
  void kill() {
    end(agent()::destroyForcibly);
  }

  /** Starts it again after its end. */
  void restart() {
    process = run();
  }

  /** Ends it by SIGTERM; its exit status. */
  int stop() {
    return end(agent()::destroy);
  }

  private int end(Runnable signal) {
    signal.run();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the agent does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** A field of its {@code /proc/<pid>/status}, in KiB. */
  long memoryKib(String field) {
    Path file = Path.of("/proc", Long.toString(agent().pid()), "status");
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(field + ":"))
          .map(line -> line.replaceAll("[^0-9]", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that it has written. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, and fails where the API server has refused it anything: its rights must suffice. */
  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    assertThat(log()).doesNotContainIgnoringCase("forbidden");
  }
}
