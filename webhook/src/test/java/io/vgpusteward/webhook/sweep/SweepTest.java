package io.vgpusteward.webhook.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.webhook.injection.InjectionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweep on a folder of YAML files. */
class SweepTest {
  @TempDir private Path folder;

  @Test
  void unmanagedGuest_getsAnEvent_andIsCounted_untilTheTermEnds() throws IOException {
    Files.writeString(
        folder.resolve("vm.yaml"),
        new YAMLMapper().writeValueAsString(StoredGuests.manifest("listed-gpu.yaml")));
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (FileCluster cluster = FileCluster.open(folder)) {
      try (var _ =
          Sweep.start(
              cluster,
              new GapFinder(InjectionSettings.defaults()),
              SweepSettings.every(Duration.ofMillis(20)),
              meters,
              InstantSource.system())) {
        Path events = folder.resolve(".vgpu-steward").resolve("events.yaml");
        await().until(() -> Files.exists(events));
        assertThat(Files.readString(events))
            .contains("VgpuNotManaged", "vgpu-steward adopt tenant-a/desktop");
        assertThat(
                meters
                    .get("vgpu_steward_unmanaged_guests")
                    .tag("cause", "never-managed")
                    .gauge()
                    .value())
            .isEqualTo(1);
      }
      assertThat(meters.find("vgpu_steward_unmanaged_guests").gauges()).isEmpty();
    }
  }
}
