package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.Heartbeat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeartbeatReaderTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void leaseOfAnAgent_isAHeartbeat() throws Exception {
    assertThat(ObjectReader.heartbeat(Samples.named("lease-heartbeat"), problems::add))
        .contains(
            new Heartbeat(
                "vgpu-steward",
                "vgpu-steward-agent-gpu-1",
                "gpu-1",
                Instant.parse("2026-11-21T10:00:00.123456Z")));
    assertThat(problems).isEmpty();
  }

  /** By label and spec, what is wrong with a Lease that is no heartbeat. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                        | {holderIdentity: gpu-1, renewTime: x} |",
        "{vgpu-steward.io/heartbeat: 'false'} | {holderIdentity: gpu-1, renewTime: x} |",
        "{vgpu-steward.io/heartbeat: 'true'} | {renewTime: '2026-11-21T10:00:00Z'} |"
            + " spec.holderIdentity is not the name of a node",
        "{vgpu-steward.io/heartbeat: 'true'} | {holderIdentity: gpu-1} |"
            + " spec.renewTime is not a time",
        "{vgpu-steward.io/heartbeat: 'true'} | {holderIdentity: gpu-1, renewTime: 'yesterday'} |"
            + " spec.renewTime is not a time",
      },
      quoteCharacter = '"')
  void otherLease_isNone(String labels, String spec, @Nullable String problem) {
    assertThat(
            ObjectReader.heartbeat(
                Samples.yaml("metadata: {name: a, labels: " + labels + "}\nspec: " + spec),
                problems::add))
        .isEmpty();
    assertThat(problems).isEqualTo(problem == null ? List.of() : List.of(problem));
  }
}
