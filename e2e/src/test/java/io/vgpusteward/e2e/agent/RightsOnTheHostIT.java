package io.vgpusteward.e2e.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.sysfs.SysfsGpus;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.GpuControl;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Privileges;
import io.vgpusteward.e2e.rig.SimulatedGpus;
import io.vgpusteward.vgpu.PciId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which rights on its host the agent's access to GPUs takes: as user 0 no capability at all, and
 * one writable mount. The mounts are explained in the script {@code confine}.
 */
final class RightsOnTheHostIT {
  private static final String VF = "0000:41:00.4";
  private static final int ROOT = 0;
  private static final int SOMEBODY = 65532;

  @TempDir Path folder;

  @Test
  void rootWithoutCapabilities_writesThroughOneWritableHostPath() throws Exception {
    assertThat(run("host-paths", ROOT)).containsExactly("written");
  }

  /** So one file of each virtual function is all that is ever written. */
  @Test
  void rootWithoutCapabilities_writesWhereOnlyTheOneFileIsWritable() throws Exception {
    assertThat(run("one-file", ROOT)).containsExactly("written");
  }

  /**
   * The files belong to root, and Kubernetes gives another user no capability that overrides it.
   */
  @Test
  void anotherUser_readsOnly() throws Exception {
    assertThat(run("host-paths", SOMEBODY))
        .singleElement()
        .asString()
        .startsWith("EACCES ")
        .contains("run it as user 0")
        .endsWith("(Permission denied)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "host-paths-read"})
  void withoutAWritableMount_allIsReadOnly(String mounts) throws Exception {
    assertThat(run(mounts, ROOT))
        .singleElement()
        .asString()
        .startsWith("EACCES ")
        .contains("the host's /sys/devices mounted writable")
        .endsWith("(Read-only file system)");
  }

  /** What it prints after it has read all functions without any right. */
  private List<String> run(String mounts, int user) throws Exception {
    Privileges.requireRoot();
    try (SimulatedGpus gpus =
        SimulatedGpus.start(folder, Gpus.of(Gpu.of("L40S", "0000:41:00.0").withVfs(4)))) {
      List<String> lines = start(gpus, mounts, user).lines().toList();
      assertThat(lines).startsWith(noRights(user), "4 functions read");
      List<String> rest = lines.subList(2, lines.size());
      assertThat(gpus.control().journal())
          .isEqualTo(
              rest.equals(List.of("written"))
                  ? List.of(new GpuControl.Write(VF, "current_vgpu_type", "1155\n", ""))
                  : List.of());
      return rest;
    }
  }

  private static String noRights(int user) {
    String none = "0".repeat(16);
    return "Uid: %1$d %1$d %1$d %1$d, CapPrm: %2$s, CapEff: %2$s, CapBnd: %2$s, NoNewPrivs: 1"
        .formatted(user, none);
  }

  private static String start(SimulatedGpus gpus, String mounts, int user) throws Exception {
    Process process =
        new ProcessBuilder(
                "nsenter",
                "--target",
                Long.toString(gpus.process()),
                "--mount",
                "--pid",
                "unshare",
                "--mount",
                "bash",
                "-c",
                script(),
                "confine",
                gpus.mount().toString(),
                mounts,
                Integer.toString(user),
                System.getProperty("java.home"),
                Stream.of(ConfinedProgram.class, SysfsGpus.class, PciId.class)
                    .map(RightsOnTheHostIT::source)
                    .collect(Collectors.joining(":")),
                ConfinedProgram.class.getName(),
                VF,
                "1155")
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  private static String source(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RightsOnTheHostIT.class.getResourceAsStream("confine"))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
