package io.vgpusteward.agent.advertised;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.advertised.Cause.Kind;
import io.vgpusteward.agent.advertised.Diagnosis.Status;
import io.vgpusteward.vgpu.AdvertisedReasons;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CauseTest {
  /** A condition has one reason, the first cause's: one that misleads must not hide. */
  @Test
  void kindsThatMislead_comeFirst() {
    List<Kind> denying =
        Arrays.stream(Kind.values()).filter(kind -> kind.status() == Status.False).toList();
    assertThat(denying.stream().filter(kind -> AdvertisedReasons.mayMislead(kind.name())))
        .containsExactly(
            Kind.StaleDevices, Kind.Unexplained, Kind.PassedThrough, Kind.SharedIommuGroup);
    assertThat(denying)
        .startsWith(Kind.StaleDevices, Kind.Unexplained, Kind.PassedThrough, Kind.SharedIommuGroup);
  }

  @Test
  void kinds_areInTheOrderOfTheirStatus() {
    assertThat(Arrays.stream(Kind.values()).map(Kind::status))
        .isSortedAccordingTo(
            Comparator.comparingInt(List.of(Status.False, Status.Unknown, Status.True)::indexOf));
  }
}
