package io.vgpusteward.extender.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.file.FileCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The controller on the example, where one virtual machine of four waits. */
class PendingControllerTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "placement");
  private static final String GAUGE = "vgpu_steward_pending_pods";

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void waitingMachine_getsAnEvent_andAnother_whenTheReasonIsAnother() throws IOException {
    try (FileCluster cluster = FileCluster.open(folder)) {
      try (var _ = start(cluster)) {
        await().until(() -> events().contains("VgpuUnschedulable"));
        assertThat(events())
            .contains("workstation", "0000:41:00.4=L40S-24Q to ConfigMap vgpu-profiles for node")
            .doesNotContain("artist-machine");
        assertThat(gauge("could-carry")).isEqualTo(1);

        Path inventory = folder.resolve("inventory.yaml");
        Files.writeString(inventory, Files.readString(inventory).replace("      - L40S-24Q\n", ""));

        await().until(() -> events().contains("held by tenant-example/artist"));
        assertThat(gauge("no-free-device")).isEqualTo(1);
        assertThat(gauge("could-carry")).isZero();
      }
      assertThat(meters.find(GAUGE).gauges()).isEmpty();
    }
  }

  @Test
  void placedMachine_isNoLongerCounted() throws IOException {
    try (FileCluster cluster = FileCluster.open(folder);
        var _ = start(cluster)) {
      await().until(() -> gauge("could-carry") == 1);

      Path machines = folder.resolve("machines.yaml");
      Files.writeString(
          machines,
          Files.readString(machines)
              .replace("\nspec:\n  schedulerName", "\nspec:\n  nodeName: gpu-1\n  schedulerName"));

      await().until(() -> gauge("could-carry") == 0);
    }
  }

  @Test
  void intervals_arePositive() {
    for (List<Duration> pair :
        List.of(
            List.of(Duration.ZERO, Duration.ofSeconds(1)),
            List.of(Duration.ofSeconds(1), Duration.ZERO))) {
      assertThatThrownBy(() ->
              new PendingSettings(
                  pair.getFirst(), pair.getLast(), Duration.ZERO, Duration.ofMinutes(1), 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private PendingController start(FileCluster cluster) {
    return PendingController.start(
        cluster,
        new PendingSettings(
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ZERO,
            Duration.ofMinutes(5),
            100),
        meters,
        InstantSource.system());
  }

  private double gauge(String reason) {
    return meters.get(GAUGE).tag("reason", reason).gauge().value();
  }

  private String events() throws IOException {
    Path file = folder.resolve(".vgpu-steward").resolve("events.yaml");
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
