package io.vgpusteward.vgpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTest {
  @ParameterizedTest
  @CsvSource({
    "L40S-24Q, L40S, 0, 24, Q, 24",
    "L40S-1B, L40S, 0, 1, B, 1",
    "RTX6000-Ada-12Q, RTX6000-Ada, 0, 12, Q, 12",
    "GRID_T4-2Q, GRID_T4, 0, 2, Q, 2",
    "A16-0B, A16, 0, 0, B, 1",
    "A100-4C, A100, 0, 4, C, 4",
    "A100-1-5C, A100, 1, 5, C, 5",
    "A100-1-5CME, A100, 1, 5, C, 5",
    "DC-1-24QGFX, DC, 1, 24, Q, 24",
    "DC-96Q, DC, 0, 96, Q, 96",
    "H200X-141C, H200X, 0, 141, C, 141"
  })
  void parse_readsBoardSlicesSizeAndSeries(
      String name, String board, int slices, int size, Series series, int frameBuffer) {
    Profile profile = Profile.parse(name).orElseThrow();

    assertThat(profile.board()).isEqualTo(board);
    assertThat(profile.migSlices()).isEqualTo(slices);
    assertThat(profile.isMigBacked()).isEqualTo(slices > 0);
    assertThat(profile.sizeGib()).isEqualTo(size);
    assertThat(profile.series()).isEqualTo(series);
    assertThat(profile.frameBufferGib()).isEqualTo(frameBuffer);
    assertThat(profile).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "L40S",
        "24Q",
        "-24Q",
        "L40S-Q",
        "L40S-24",
        "L40S-24X",
        "L40S-24QGFX",
        "L40S-24Q ",
        "l40s 24Q",
        "GA102GL_A10",
        "L40S--24Q",
        "L40S-24q"
      })
  void parse_ofAnythingElse_isEmpty(String name) {
    assertThat(Profile.parse(name)).isEmpty();
  }

  @Test
  void resourceName_namesAProfile_withOrWithoutHarvestersPrefix() {
    assertThat(new ResourceName("nvidia.com/L40S-24Q").profile())
        .isEqualTo(Profile.parse("L40S-24Q"));
    assertThat(new ResourceName("nvidia.com/NVIDIA_L40S-24Q").profile())
        .isEqualTo(Profile.parse("L40S-24Q"));
    assertThat(new ResourceName("nvidia.com/GA102GL_A10").profile()).isEmpty();
    assertThat(new ResourceName("L40S-24Q").profile()).isEmpty();
  }

  @Test
  void pciId_isReadInEitherCase() {
    assertThat(PciId.parse(" 10de:26b9 ")).contains(new PciId("10DE:26B9"));
    assertThat(PciId.parse("10DE26B9")).isEmpty();
    assertThat(PciId.parse("10DE:26B9:1")).isEmpty();
    assertThat(new PciId("10DE:26B9")).hasToString("10DE:26B9");
  }
}
