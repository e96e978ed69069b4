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
          Optional.of(new CloudInit("s", Kept.SECRET, Optional.of("vgpu-license"))));

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
  }

  @Test
  void parse_readsWhatFormatWrites() {
    assertThat(Injected.parse(FULL.format())).isEqualTo(FULL);
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
