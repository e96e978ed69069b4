package io.vgpusteward.agent.config;

import io.vgpusteward.agent.config.Line.Value;
import io.vgpusteward.vgpu.Profile;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Understands one line. */
final class LineParser {
  private static final String SIZES = "/sizes";
  private static final String ALL = "/*";
  private static final int MOST_QUOTED = 120;
  private static final Pattern BOARD = Pattern.compile("[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*");
  private static final Pattern PLACEHOLDER = Pattern.compile("<.*>");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern WITHOUT_DOMAIN =
      Pattern.compile("[0-9a-fA-F]{1,2}:[0-9a-fA-F]{1,2}\\.[0-7].*");
  private static final Pattern SIZE_ONLY =
      Pattern.compile("([1-9]-)?\\d{1,4}[QBAC](ME|NOME|MEALL|GFX)?");
  private static final Pattern MAKER = Pattern.compile("(?i)^(NVIDIA|GRID)\\s+(.*\\s)?");

  private LineParser() {}

  /** What is wrong with a line, and what to write instead. */
  static final class BadLineException extends Exception {
    BadLineException(String fix) {
      super(fix);
    }
  }

  /**
   * The line's meaning; empty for a blank one and for one that is a comment only.
   *
   * @param raw the line without its line feed; a carriage return at its end does no harm
   */
  static Optional<Line> parse(int number, String raw) throws BadLineException {
    // The loader in Cozystack's guide takes every # for a comment's begin, wherever it is.
    int comment = raw.indexOf('#');
    String line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
    if (line.isEmpty()) {
      return Optional.empty();
    }
    int equals = line.indexOf('=');
    if (equals < 0) {
      throw new BadLineException("there is no =; write <address>=<profile>");
    }
    String left = line.substring(0, equals).strip();
    String right = line.substring(equals + 1).strip();
    if (left.toLowerCase(Locale.ROOT).endsWith(SIZES)) {
      Selector whole = selector(left.substring(0, left.length() - SIZES.length()) + ALL);
      return Optional.of(new Line(number, quote(raw), whole, sizes(right)));
    }
    Selector selector = selector(left);
    return Optional.of(new Line(number, quote(raw), selector, value(selector, right)));
  }

  /** A line as it is repeated to people. */
  static String quote(String raw) {
    String line = raw.strip();
    return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED - 1) + "…";
  }

  private static Selector selector(String left) throws BadLineException {
    boolean isAll = left.endsWith(ALL);
    String name = isAll ? left.substring(0, left.length() - ALL.length()).strip() : left;
    Optional<String> address = Selector.address(name);
    if (address.isPresent()) {
      return isAll ? new Selector.OfGpu(address.get()) : new Selector.Function(address.get());
    }
    if (WITHOUT_DOMAIN.matcher(name).matches()) {
      throw new BadLineException(
          "the address lacks its domain; write it as in /sys/bus/pci/devices, 0000:" + name);
    }
    // An address that is none begins with a digit or has a colon, a board never does.
    if (!BOARD.matcher(name).matches()) {
      throw new BadLineException(
          "what is left of the = must be the address of a virtual function (0000:41:00.4), of a"
              + " GPU with /* (0000:41:00.0/*), or a board (L40S)");
    }
    if (Profile.parse(name).isPresent()) {
      throw new BadLineException("the profile goes to the right of the =: <address>=" + name);
    }
    return new Selector.OfBoard(name);
  }

  private static Value sizes(String right) throws BadLineException {
    if (!right.equalsIgnoreCase("mixed")) {
      throw new BadLineException(
          "sizes can be mixed, and are equal where nothing is said; write /sizes=mixed or remove"
              + " the line");
    }
    return new Value.MixedSizes();
  }

  private static Value value(Selector selector, String right) throws BadLineException {
    if (right.isEmpty()) {
      throw new BadLineException("nothing follows the =; write a profile (L40S-24Q) or none");
    }
    if (right.equalsIgnoreCase("none") || right.equals("0")) {
      return new Value.None();
    }
    if (PLACEHOLDER.matcher(right).matches()) {
      throw new BadLineException(
          right + " is still the example's placeholder; write a profile (L40S-24Q) or its id");
    }
    if (right.equalsIgnoreCase("mixed")) {
      throw new BadLineException("write " + selector + "/sizes=mixed for sizes that may mix");
    }
    if (NUMBER.matcher(right).matches()) {
      if (selector instanceof Selector.OfBoard) {
        throw new BadLineException(
            "an id belongs to one driver, a board may be on many nodes; write the profile's name");
      }
      return new Value.TypeId(Long.parseLong(right));
    }
    return named(selector, MAKER.matcher(right).replaceFirst("").strip());
  }

  private static Value named(Selector selector, String name) throws BadLineException {
    if (selector instanceof Selector.OfBoard(String board)) {
      Optional<Profile> whole = Profile.parse(name);
      Optional<Profile> profile = whole.or(() -> Profile.parse(board + "-" + name));
      if (profile.isEmpty() || !profile.get().board().equals(board)) {
        throw new BadLineException(
            name + " is no profile of board " + board + "; write one, such as " + board + "-24Q");
      }
      return new Value.Name(profile.get());
    }
    if (SIZE_ONLY.matcher(name).matches()) {
      throw new BadLineException(
          "a size alone stands behind a board only (L40S=24Q); write the whole profile, such as"
              + " L40S-"
              + name);
    }
    Optional<Profile> profile = Profile.parse(name);
    if (profile.isEmpty()) {
      throw new BadLineException(
          quote(name)
              + " is neither a profile (L40S-24Q), spelled as the driver does, nor an id,"
              + " nor none");
    }
    return new Value.Name(profile.get());
  }
}
