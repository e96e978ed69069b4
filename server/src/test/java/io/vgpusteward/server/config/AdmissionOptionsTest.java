package io.vgpusteward.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.webhook.admission.AdmissionSettings;
import io.vgpusteward.webhook.guard.TrustedIdentities;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class AdmissionOptionsTest {
  @Test
  void rulesKeepTheirModes_whereNothingIsSet() {
    assertThat(policy().mode(Rule.UNKNOWN_PROFILE)).isEqualTo(Rule.UNKNOWN_PROFILE.byDefault());
  }

  @Test
  void policy_withCommas_orSeveralTimes() {
    Policy policy = policy("--policy", "unknown-profile=warn,device-not-permitted=off");
    assertThat(policy.mode(Rule.UNKNOWN_PROFILE)).isEqualTo(Mode.WARN);
    assertThat(policy.mode(Rule.DEVICE_NOT_PERMITTED)).isEqualTo(Mode.OFF);

    policy = policy("--policy=unknown-profile=off", "--policy=device-not-permitted=warn");
    assertThat(policy.mode(Rule.UNKNOWN_PROFILE)).isEqualTo(Mode.OFF);
    assertThat(policy.mode(Rule.DEVICE_NOT_PERMITTED)).isEqualTo(Mode.WARN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "no-such-rule=warn    | there is no rule 'no-such-rule'; there are unknown-profile",
        "unknown-profile=never | 'never' is none of deny, warn and off",
        "unknown-profile      | KEY=VALUE"
      })
  void wrongPolicy_saysWhatThereIs(String value, String message) {
    assertThatThrownBy(() -> policy("--policy", value))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(message);
  }

  @Test
  void guardTrusted_isNobody_orUsersAndGroups() {
    assertThat(settings().guardTrusted()).isEqualTo(TrustedIdentities.none());
    assertThat(
            settings(
                    "--guard-trusted=system:serviceaccount:flux-system:helm-controller,group:admins",
                    "--guard-trusted",
                    "alice")
                .guardTrusted())
        .isEqualTo(
            new TrustedIdentities(
                Set.of("alice", "system:serviceaccount:flux-system:helm-controller"),
                Set.of("admins")));
    assertThatThrownBy(() -> settings("--guard-trusted", "group:"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("--guard-trusted: 'group:' names nobody; it must be <user> or group:<group>");
  }

  private static Policy policy(String... arguments) {
    return settings(arguments).policy();
  }

  private static AdmissionSettings settings(String... arguments) {
    AdmissionOptions options = new AdmissionOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return options.toSettings();
  }
}
