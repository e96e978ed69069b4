package io.vgpusteward.vgpu;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A vGPU profile, which NVIDIA calls a vGPU type: {@code L40S-24Q}, {@code RTX6000-Ada-12Q}, {@code
 * A100-1-5C}.
 *
 * <p>Time-sliced: {@code <board>-<GB><series>}, where 0 GB means 512 MB. MIG-backed: {@code
 * <board>-<slices>-<GB><series>} with an optional {@code ME}, {@code NOME}, {@code MEALL} or {@code
 * GFX}. A board's own name may hold dashes. Source: NVIDIA Virtual GPU Software User Guide,
 * "Virtual GPU Types".
 *
 * @param name the whole name; two profiles are equal when their names are
 * @param board the token of the board, {@code L40S}
 * @param migSlices the GPU instance slices of a MIG-backed profile, 0 for a time-sliced one
 * @param sizeGib the frame buffer that the name says, in GiB; 0 stands for 512 MiB
 */
public record Profile(String name, String board, int migSlices, int sizeGib, Series series)
    implements Comparable<Profile> {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<board>[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*?)"
              + "(?:-(?<slices>[1-9]))?-(?<size>\\d{1,4})(?<series>[QBAC])"
              + "(?<suffix>ME|NOME|MEALL|GFX)?");

  /** Parses a profile's name, exactly as the driver spells it; anything else is empty. */
  public static Optional<Profile> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String slices = matcher.group("slices");
    if (slices == null && matcher.group("suffix") != null) {
      return Optional.empty();
    }
    return Series.ofLetter(matcher.group("series").charAt(0))
        .map(series ->
            new Profile(
                name,
                matcher.group("board"),
                slices == null ? 0 : Integer.parseInt(slices),
                Integer.parseInt(matcher.group("size")),
                series));
  }

  /** Whether the profile lives in a GPU instance of its own, not in a time slice. */
  public boolean isMigBacked() {
    return migSlices > 0;
  }

  /** The frame buffer in whole GiB, rounded up: what the profile costs in a quota. */
  public int frameBufferGib() {
    return Math.max(1, sizeGib);
  }

  @Override
  public int compareTo(Profile other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
