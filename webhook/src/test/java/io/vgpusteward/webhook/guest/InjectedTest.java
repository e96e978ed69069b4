package io.vgpusteward.webhook.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.webhook.guest.Injected.CloudInit;
import io.vgpusteward.webhook.guest.Injected.Device;
import io.vgpusteward.webhook.guest.Injected.Kept;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stored form outlives releases: a change of it breaks these tests on purpose. */
class InjectedTest {
  private static final Injected FULL =
      new Injected(
          "L40S-24Q*2 license",
          Optional.of("L40S-24Q"),
          "hostDevices",
          List.of(new Device("vgpu0", "nvidia.com/L40S-24Q")),
          List.of("L40S-24Q"),
          48,
          Optional.of("vgpu-scheduler"),
          Optional.of(LicenseKind.VGPU),
          Optional.of(new CloudInit("s", Kept.SECRET, Optional.of("vgpu-license"))),
          false);

  @Test
  void format_isStable() {
    assertThat(FULL.format())
        .isEqualTo(
            """
            {"request":"L40S-24Q*2 license","profile":"L40S-24Q",\
            "hostDevices":[{"name":"vgpu0","deviceName":"nvidia.com/L40S-24Q"}],\
            "affinity":["L40S-24Q"],"framebufferGib":48,"schedulerName":"vgpu-scheduler",\
            "license":"vgpu","cloudInit":{"secret":"s","kept":"secret",\
            "addedVolume":"vgpu-license"}}\
            """);
    assertThat(Injected.nothing("x").format()).isEqualTo("{\"request\":\"x\"}");
    assertThat(Injected.nothing("x").withoutPlacement().format())
        .isEqualTo("{\"request\":\"x\",\"released\":true}");
  }

  @Test
  void withoutPlacement_keepsTheRest() {
    Injected released = FULL.withoutPlacement();

    assertThat(FULL.isPlaced()).isTrue();
    assertThat(released.isPlaced()).isFalse();
    assertThat(released.format())
        .isEqualTo(
            """
            {"request":"L40S-24Q*2 license","profile":"L40S-24Q",\
            "hostDevices":[{"name":"vgpu0","deviceName":"nvidia.com/L40S-24Q"}],\
            "license":"vgpu","cloudInit":{"secret":"s","kept":"secret",\
            "addedVolume":"vgpu-license"},"released":true}\
            """);
    assertThat(released.withDevices(released.devices())).isEqualTo(released);
    assertThat(released.withCloudInit(released.license(), released.cloudInit()))
        .isEqualTo(released);
  }

  @Test
  void parse_readsWhatFormatWrites() {
    assertThat(Injected.parse(FULL.format())).isEqualTo(FULL);
    assertThat(Injected.parse(FULL.withoutPlacement().format())).isEqualTo(FULL.withoutPlacement());
    assertThat(Injected.parse(Injected.nothing("").format())).isEqualTo(Injected.nothing(""));
  }

  @Test
  void parse_passesOverWhatItDoesNotKnow() {
    assertThat(Injected.parse("{\"request\":\"x\",\"fromTheFuture\":{\"a\":1}}"))
        .isEqualTo(Injected.nothing("x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "[]", "{}", "{\"request\":5}", "{\"request\":\"x\",\"license\":\"new\"}"})
  void parse_ofAnythingElse_failsWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> Injected.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
