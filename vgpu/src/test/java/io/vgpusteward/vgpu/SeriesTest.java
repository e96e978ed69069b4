package io.vgpusteward.vgpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {
  @Test
  void license_ofTheSeriesA_isNotTheComputeLicense() {
    assertThat(Series.A.license()).isEqualTo("Virtual Applications");
    assertThat(Series.C.license()).isEqualTo("Virtual Compute Server");
  }
}
