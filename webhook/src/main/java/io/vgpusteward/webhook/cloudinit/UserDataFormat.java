package io.vgpusteward.webhook.cloudinit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a guest's user data is, told the way cloud-init tells it (22.4 to 25.1, {@code
 * handlers.type_from_starts_with} and {@code user_data.convert_string}).
 */
public enum UserDataFormat {
  /** Nothing, or white space only. */
  EMPTY("no user data"),
  CLOUD_CONFIG("a cloud-config", "#cloud-config"),
  CLOUD_CONFIG_ARCHIVE("a cloud-config archive", "#cloud-config-archive"),
  CLOUD_CONFIG_JSONP("a cloud-config JSON patch", "#cloud-config-jsonp"),
  SCRIPT("a script", "#!"),
  INCLUDE("an include file", "#include"),
  INCLUDE_ONCE("an include-once file", "#include-once"),
  BOOTHOOK("a boothook", "#cloud-boothook"),
  PART_HANDLER("a part handler", "#part-handler"),
  JINJA("a jinja template", "## template: jinja"),
  /** A MIME message, of one part or many. */
  MULTIPART("a MIME multipart document"),
  /** A compressed document of one of the other formats. */
  GZIP("compressed user data"),
  /** Nothing that cloud-init would act on: Ignition, Talos, Windows, damaged or unheard of. */
  UNKNOWN("an unknown format");

  /** How far cloud-init looks for the MIME-Version header. */
  private static final int MIME_WINDOW = 4096;

  /** How Python's email parser knows a header from a body, so that a cloud-config stays one. */
  private static final Pattern MIME_HEADER = Pattern.compile("From |[\\x21-\\x39\\x3b-\\x7e]+:");

  /** Longest first: {@code #cloud-config} begins three of them. */
  private static final List<UserDataFormat> BY_PREFIX =
      Stream.of(values())
          .filter(format -> !format.prefix.isEmpty())
          .sorted(Comparator.comparingInt(format -> -format.prefix.length()))
          .toList();

  private final String description;
  private final String prefix;

  UserDataFormat(String description) {
    this(description, "");
  }

  UserDataFormat(String description, String prefix) {
    this.description = description;
    this.prefix = prefix;
  }

  /** Tells the format. Unpacks at most 8 MiB of compressed data; more is {@link #UNKNOWN}. */
  public static UserDataFormat of(UserData data) {
    byte[] bytes = data.bytes();
    if (!Gzip.isGzip(bytes)) {
      return ofPlain(bytes);
    }
    return Gzip.unpack(bytes).filter(inner -> ofPlain(inner).isComposable()).isPresent()
        ? GZIP
        : UNKNOWN;
  }

  /** Whether a licence can be joined to user data of this format. */
  public boolean isComposable() {
    return this != UNKNOWN;
  }

  /**
   * What the user data is, for people, with an article: {@code a cloud-config}, {@code Ignition}.
   * Quotes nothing of it.
   */
  public static String describe(UserData data) {
    UserDataFormat format = of(data);
    return format == UNKNOWN ? ForeignFormat.describe(data) : format.description;
  }

  /** Tells the format of what is not compressed, or no longer. */
  static UserDataFormat ofPlain(byte[] bytes) {
    if (isMimeMessage(bytes)) {
      return isUtf8(bytes) ? MULTIPART : UNKNOWN; // cloud-init dies of the latter
    }
    String text = stripLeading(new String(bytes, UTF_8)).toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return EMPTY;
    }
    return BY_PREFIX.stream()
        .filter(format -> text.startsWith(format.prefix))
        .findFirst()
        .orElse(UNKNOWN);
  }

  private static boolean isMimeMessage(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(bytes.length, MIME_WINDOW), ISO_8859_1);
    return start.toLowerCase(Locale.ROOT).contains("mime-version:")
        && MIME_HEADER.matcher(start).lookingAt();
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException notUtf8) {
      return false;
    }
  }

  /** Python's idea of white space: with no-break spaces, which Java leaves. */
  private static String stripLeading(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }
}
