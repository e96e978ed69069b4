package io.vgpusteward.webhook.guest;

import java.util.Optional;

/** Why a guest gets a licence, which decides the default {@code FeatureType} of its gridd.conf. */
public enum LicenseKind {
  /** It has a vGPU, whose type decides which licence the driver asks for. */
  VGPU("vgpu"),
  /** It has none: a GPU passed through whole, licensed as an RTX Virtual Workstation. */
  WORKSTATION("workstation");

  private final String text;

  LicenseKind(String text) {
    this.text = text;
  }

  /** The word for it in {@link Injected}. */
  public String text() {
    return text;
  }

  public static Optional<LicenseKind> of(String text) {
    for (LicenseKind kind : values()) {
      if (kind.text.equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
