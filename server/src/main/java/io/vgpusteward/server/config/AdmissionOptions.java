package io.vgpusteward.server.config;

import io.vgpusteward.webhook.admission.AdmissionSettings;
import io.vgpusteward.webhook.guard.TrustedIdentities;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that say what admission does. */
public final class AdmissionOptions {
  @Mixin private InjectionOptions injection = new InjectionOptions();

  @Option(
      names = "--policy",
      paramLabel = "<rule>=<mode>",
      split = ",",
      converter = {RuleConverter.class, ModeConverter.class},
      description = {
        "What becomes of requests that break a rule: deny, warn or off.",
        "Several with commas between them, or the flag several times."
      })
  private Map<Rule, Mode> policy = new TreeMap<>();

  @Option(
      names = "--guard-trusted",
      paramLabel = "<identity>",
      split = ",",
      description = {
        "Who is only warned where others may not change the KubeVirt CR:",
        "a user, system:serviceaccount:<namespace>:<name>, or group:<group>.",
        "What is in use stays guarded from them too. Nobody by default.",
        "Several with commas between them, or the flag several times."
      })
  private List<String> guardTrusted = new ArrayList<>();

  /**
   * The complete settings.
   *
   * @throws ConfigurationException when the flags do not go together
   */
  public AdmissionSettings toSettings() {
    Map<Rule, Mode> modes = new EnumMap<>(Rule.class);
    modes.putAll(policy);
    modes.forEach((rule, mode) -> {
      if (!rule.allows(mode)) {
        throw new ConfigurationException(
            "--policy: " + rule + " cannot be " + ModeConverter.name(mode));
      }
    });
    return new AdmissionSettings(injection.toSettings(), new Policy(modes), trusted());
  }

  private TrustedIdentities trusted() {
    try {
      return TrustedIdentities.parse(guardTrusted);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("--guard-trusted: " + e.getMessage());
    }
  }

  /** Reads the names of rules. */
  static final class RuleConverter implements ITypeConverter<Rule> {
    @Override
    public Rule convert(String value) {
      return Rule.of(value.strip())
          .orElseThrow(() ->
              new TypeConversionException(
                  "there is no rule '" + value + "'; there are " + names()));
    }

    private static String names() {
      return String.join(", ", Arrays.stream(Rule.values()).map(Rule::id).toList());
    }
  }

  /** Reads modes. */
  static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String value) {
      for (Mode mode : Mode.values()) {
        if (name(mode).equals(value.strip())) {
          return mode;
        }
      }
      throw new TypeConversionException("'" + value + "' is none of deny, warn and off");
    }

    static String name(Mode mode) {
      return mode.name().toLowerCase(Locale.ROOT);
    }
  }
}
