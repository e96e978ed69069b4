package io.vgpusteward.vgpu;

import java.util.Optional;

/**
 * The workload class of a vGPU profile, its last letter, which decides the licence that the guest
 * asks for.
 *
 * <p>Source: NVIDIA Virtual GPU Software User Guide, "Virtual GPU Types".
 */
public enum Series {
  Q("RTX Virtual Workstation"),
  B("Virtual PC"),
  A("Virtual Applications"),
  C("Virtual Compute Server");

  private final String license;

  Series(String license) {
    this.license = license;
  }

  /** The licence that a guest with a profile of this series asks for, as NVIDIA calls it. */
  public String license() {
    return license;
  }

  static Optional<Series> ofLetter(char letter) {
    for (Series series : values()) {
      if (series.name().charAt(0) == letter) {
        return Optional.of(series);
      }
    }
    return Optional.empty();
  }
}
