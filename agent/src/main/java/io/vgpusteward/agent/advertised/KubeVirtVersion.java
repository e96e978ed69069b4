package io.vgpusteward.agent.advertised;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of KubeVirt.
 *
 * @param text as KubeVirt has it, {@code v1.9.0}, {@code v1.10.0-alpha.0}
 */
record KubeVirtVersion(String text, int major, int minor) {
  private static final Pattern FORM = Pattern.compile("v?([0-9]{1,6})\\.([0-9]{1,6})(?:[^0-9].*)?");

  /** Empty for what is no version, such as that of a build of somebody's own. */
  static Optional<KubeVirtVersion> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new KubeVirtVersion(
                text, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether it knows no vGPU that is a virtual function (KubeVirt #16890, in v1.9.0). */
  boolean isTooOld() {
    return major < 1 || (major == 1 && minor < 9);
  }

  @Override
  public String toString() {
    return text;
  }
}
