package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rig itself. */
@Tag(UseRig.TAG)
final class RigIT {
  @BeforeAll
  static void needsRoot() {
    Privileges.requireRoot();
  }

  @Test
  void twoRigsAtOnce_areTwoClusters(@TempDir Path folder) {
    try (Rig one = Rig.start(folder.resolve("one"), Set.of());
        Rig two = Rig.start(folder.resolve("two"), Set.of())) {
      one.kubectl().ok("create", "namespace", "of-one");
      two.kubectl().ok("create", "namespace", "of-two");
      assertThat(one.kubectl().find("namespace", "of-two")).isEmpty();
      assertThat(two.kubectl().find("namespace", "of-one")).isEmpty();
      assertThat(two.kubectl().ok("version")).contains("Server Version: v1.36.3");
    }
    assertThat(folder.resolve("one/logs/kube-apiserver.log")).isNotEmptyFile();
    assertThat(folder.resolve("one/data")).doesNotExist();
  }

  /** A process with a cluster and a node, for {@link #killedJvm_leavesNothingOfTheCluster}. */
  public static final class Holder {
    private Holder() {}

    static void main(String[] arguments) throws InterruptedException {
      Rig rig = Rig.start(Path.of(arguments[0]), EnumSet.of(Component.CONTROLLER_MANAGER));
      SimulatedNode.start(rig, "held", Gpus.of(Gpu.of("L40S", "0000:41:00.0")));
      System.out.println("started");
      new CountDownLatch(1).await();
    }
  }

  @Test
  void killedJvm_leavesNothingOfTheCluster(@TempDir Path folder) throws IOException {
    Path said = folder.resolve("said");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.resolve("rig").toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      Wait.until("it runs", () -> Files.readString(said).contains("started") || !jvm.isAlive());
      assertThat(processesOf(folder)).hasSizeGreaterThan(6);
    } finally {
      jvm.destroyForcibly();
    }
    Wait.untilAsserted("none is left", () -> assertThat(processesOf(folder)).isEmpty());
    assertThat(Path.of("/proc/self/mounts")).content().doesNotContain(folder.toString());
  }

  private static List<String> processesOf(Path folder) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.map(RigIT::commandLine).filter(c -> c.contains(folder.toString())).toList();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"));
    } catch (IOException noProcessOrGone) {
      return "";
    }
  }

  @Test
  void user_hasNoRightsThatNobodyGave(@TempDir Path folder) {
    try (Rig rig = Rig.start(folder, Set.of())) {
      Outcome secrets =
          rig.kubectlAs("somebody", List.of("some-group")).run("get", "secrets", "-A");
      assertThat(secrets.status()).isEqualTo(1);
      assertThat(secrets.err()).contains("User \"somebody\" cannot list resource \"secrets\"");
    }
  }
}
