package io.vgpusteward.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.server.config.AgentConfiguration.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All defaults, and every flag. */
final class AgentOptionsTest {
  @TempDir private Path folder;

  @Command
  private static final class Holder {
    @Mixin private AgentOptions options = new AgentOptions();
  }

  private AgentConfiguration parse(Map<String, String> environment, String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options.toConfiguration(new Surroundings(environment, folder));
  }

  private AgentConfiguration parse(String... arguments) {
    return parse(Map.of("NODE_NAME", "from-environment"), arguments);
  }

  @Test
  void defaults_onACluster() {
    assertThat(parse())
        .isEqualTo(
            new AgentConfiguration(
                new ClusterConfiguration(
                    Optional.empty(), Optional.empty(), Optional.empty(), "vgpu-steward"),
                "from-environment",
                Path.of("/sys"),
                Optional.of(Path.of("/var/lib/kubelet/pod-resources/kubelet.sock")),
                "vgpu-profiles",
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Work.RUN,
                false,
                Duration.ofSeconds(30),
                Optional.of(new HostPort("0.0.0.0", 8080))));
  }

  @Test
  void defaults_onAFolder() {
    AgentConfiguration configuration = parse("--cluster", folder.toString());
    assertThat(configuration.cluster().folder()).contains(folder);
    assertThat(configuration.kubeletSocket()).isEmpty();
    assertThat(configuration.listen()).contains(new HostPort("127.0.0.1", 8080));
  }

  @Test
  void everyFlag() {
    assertThat(
            parse(
                "--cluster=" + folder,
                "--namespace=steward",
                "--node=gpu-1",
                "--sysfs-root=" + folder,
                "--kubelet-socket=/run/kubelet.sock",
                "--profiles-configmap=mine",
                "--settle=0s",
                "--interval=1m",
                "--restart-virt-handler",
                "--virt-handler-patience=2m",
                "--metrics-listen=[::1]:9000"))
        .isEqualTo(
            new AgentConfiguration(
                new ClusterConfiguration(
                    Optional.of(folder), Optional.empty(), Optional.empty(), "steward"),
                "gpu-1",
                folder,
                Optional.of(Path.of("/run/kubelet.sock")),
                "mine",
                Duration.ZERO,
                Duration.ofMinutes(1),
                Work.RUN,
                true,
                Duration.ofMinutes(2),
                Optional.of(new HostPort("::1", 9000))));
  }

  @Test
  void work_isOneOfFour_andOnlyWhatRunsListens() {
    assertThat(parse("--once").work()).isEqualTo(Work.ONCE);
    assertThat(parse("--once", "--dry-run").work()).isEqualTo(Work.PLAN);
    assertThat(parse("--cleanup").work()).isEqualTo(Work.CLEANUP);
    assertThat(parse("--once", "--metrics-listen=127.0.0.1:1").listen()).isEmpty();
  }

  @Test
  void nodeWithoutAName_isRefused() {
    assertThatThrownBy(() -> parse(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("--node: name the Node that this machine is");
  }
}
