package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a part's processes. */
@Tag(UseRig.TAG)
final class PartIT {
  /** A mark in the command lines of the processes that a test starts. */
  private final String mark = "part-" + UUID.randomUUID();

  @TempDir private Path folder;

  @BeforeAll
  static void needsRoot() {
    Privileges.requireRoot();
  }

  /** A rig's process, for {@link #killedJvm_leavesNoProcess}. */
  public static final class Holder {
    private Holder() {}

    static void main(String[] arguments) throws InterruptedException {
      Part.start("held", Path.of(arguments[0]), Map.of(), deaf(arguments[1]));
      new CountDownLatch(1).await();
    }
  }

  @Test
  void part_writesItsLogAndEnds() {
    Part part = start("bash", "-c", "echo out; echo err >&2; echo $GIVEN; exit 7");
    Wait.until("it has ended", () -> !part.isAlive());
    assertThat(part.output()).contains("out\n", "err\n", "given\n");
    assertThatThrownBy(part::requireAlive)
        .hasMessageContaining("status 7")
        .hasMessageContaining("given");
    assertThat(part.stop()).isEqualTo(7);
  }

  @Test
  void stop_isASigterm() {
    Part part =
        start(
            "bash", "-c", "trap 'echo drained; exit 0' TERM; echo up; while :; do sleep 0.1; done");
    Wait.until("it is up", () -> part.output().contains("up"));
    assertThat(part.stop()).isZero();
    assertThat(part.output()).contains("drained");
  }

  @Test
  void signal_reachesThePart() {
    Part part = start("bash", "-c", "trap 'echo hello' USR1; echo up; while :; do sleep 0.1; done");
    Wait.until("it is up", () -> part.output().contains("up"));
    part.signal("USR1");
    Wait.until("it has heard", () -> part.output().contains("hello"));
    part.close();
  }

  @Test
  void close_killsWhatHasLeftItsSession() {
    Part part = Part.start("deaf", folder.resolve("log"), Map.of(), deaf(mark));
    Wait.until("both run", () -> part.output().equals("up\nup\n"));
    assertThat(running()).isPositive();
    part.close();
    Wait.until("none is left", () -> running() == 0);
  }

  @Test
  void killedJvm_leavesNoProcess() throws IOException {
    Path log = folder.resolve("log");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                log.toString(),
                mark)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(folder.resolve("jvm").toFile()))
            .start();
    try {
      Wait.until("both run", () -> Files.exists(log) && Files.readString(log).equals("up\nup\n"));
    } finally {
      jvm.destroyForcibly();
    }
    Wait.until("none is left", () -> running() == 0);
  }

  private Part start(String... command) {
    return Part.start("part", folder.resolve("log"), Map.of("GIVEN", "given"), List.of(command));
  }

  /** Two processes, one in a session of its own, that ignore all signals they can. */
  private static List<String> deaf(String mark) {
    String loop = "trap '' TERM INT HUP; echo up; while :; do sleep 1; done # " + mark;
    return List.of("bash", "-c", "setsid bash -c \"$0\" & exec bash -c \"$0\"", loop);
  }

  /** How many processes have the mark. */
  private long running() {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.filter(this::isMarked).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isMarked(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).contains(mark);
    } catch (IOException noProcessOrGone) {
      return false;
    }
  }
}
