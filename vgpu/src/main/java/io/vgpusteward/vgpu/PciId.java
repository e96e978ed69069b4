package io.vgpusteward.vgpu;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A PCI vendor and device, {@code 10DE:26B9}: what KubeVirt selects devices by ({@code
 * pciVendorSelector}). KubeVirt compares without regard to case, so the value is kept in upper
 * case.
 */
public record PciId(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9A-F]{4}:[0-9A-F]{4}");

  /** Parses {@code vvvv:dddd} in either case; anything else is empty. */
  public static Optional<PciId> parse(String selector) {
    String upper = selector.strip().toUpperCase(Locale.ROOT);
    return FORM.matcher(upper).matches() ? Optional.of(new PciId(upper)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
