package io.vgpusteward.webhook.admission;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go prints them: {@code 10s}, {@code 1m30s}, {@code 2.5s}. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?(ns|us|µs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ns", ChronoUnit.NANOS,
          "us", ChronoUnit.MICROS,
          "µs", ChronoUnit.MICROS,
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS);

  private GoDuration() {}

  /** Parses a duration that is not negative; anything else is empty. */
  public static Optional<Duration> parse(String text) {
    if (text.length() > 64 || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      ChronoUnit unit = requireNonNull(UNITS.get(part.group(3)));
      sum = sum.plus(Long.parseLong(part.group(1)), unit);
      String fraction = part.group(2);
      if (fraction != null) {
        long divisor = (long) Math.pow(10, fraction.length());
        sum =
            sum.plus(unit.getDuration().multipliedBy(Long.parseLong(fraction)).dividedBy(divisor));
      }
    }
    return Optional.of(sum);
  }
}
