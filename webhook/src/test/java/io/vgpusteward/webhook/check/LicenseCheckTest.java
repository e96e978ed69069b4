package io.vgpusteward.webhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.ClusterView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What does not depend on the guest; the rest is among the cases of {@link GuestChecksTest}. */
class LicenseCheckTest {
  private final LicenseCheck check =
      new LicenseCheck("vgpu-steward", InstantSource.fixed(Instant.EPOCH));

  @Test
  void whereLicencesAreNotKnown_noneIsMissed() {
    assertThat(check.of("tenant-a", view(true))).hasSize(1);
    assertThat(check.of("tenant-a", view(false))).isEmpty();
  }

  private static ClusterView view(boolean knowsLicenses) {
    return ClusterView.builder(Instant.EPOCH)
        .missing(List.of())
        .knowsLicenses(knowsLicenses)
        .build();
  }
}
