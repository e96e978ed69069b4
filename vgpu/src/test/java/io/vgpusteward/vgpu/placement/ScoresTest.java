package io.vgpusteward.vgpu.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # allocatable | taken | request | binpack | spread
          L40S-24Q=4 | - | L40S-24Q=1 | 3 | 7
          L40S-24Q=4 | L40S-24Q=3 | L40S-24Q=1 | 10 | 0
          L40S-24Q=8 | L40S-24Q=3 | L40S-24Q=1 | 5 | 5
          L40S-24Q=4 | L40S-24Q=1 | L40S-24Q=2 | 8 | 2
          L40S-24Q=32 | - | L40S-24Q=1 | 0 | 10
          L40S-24Q=32 | L40S-24Q=1 | L40S-24Q=1 | 1 | 9
          # All requested resources together, and no others.
          L40S-24Q=4, A10-24Q=4 | L40S-24Q=2 | L40S-24Q=1, A10-24Q=1 | 5 | 5
          L40S-24Q=4, A10-24Q=4 | A10-24Q=4 | L40S-24Q=1 | 3 | 7
          # What cannot be is in range all the same.
          L40S-24Q=2 | L40S-24Q=7 | L40S-24Q=1 | 10 | 0
          L40S-24Q=0 | - | L40S-24Q=1 | 0 | 0
          - | L40S-24Q=2 | L40S-24Q=1 | 0 | 0
          L40S-24Q=2 | L40S-24Q=2 | - | 0 | 0
          """)
  void score_isTheShareThatIsTakenThen(
      String allocatable, String taken, String request, int binpack, int spread) {
    PermittedDevices permitted = Written.permitted("26B9=L40S-24Q, 2236=A10-24Q");
    NodeSupply supply =
        NodeSupply.of("n", Optional.empty(), Written.counts(allocatable), permitted);
    VgpuRequest asked = Written.request(request, permitted);

    assertThat(Scores.of(Strategy.BINPACK, asked, supply, Written.counts(taken)))
        .isEqualTo(binpack);
    assertThat(Scores.of(Strategy.SPREAD, asked, supply, Written.counts(taken))).isEqualTo(spread);
  }
}
