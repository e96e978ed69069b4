package io.vgpusteward.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * What an unquoted word of a manifest is, by the rules of kubectl: those of go-yaml v2, which
 * sigs.k8s.io/yaml keeps a copy of (goyaml.v2/resolve.go). They are YAML 1.1 in part: {@code yes}
 * and {@code on} are booleans and {@code 0755} is octal, but {@code 12:30} and a date are strings.
 */
final class YamlScalar {
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Pattern INTEGER =
      Pattern.compile(
          "(?<sign>[-+]?)(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<bin>[01]+)|0[oO]?(?<oct>[0-7]+)"
              + "|(?<dec>0|[1-9][0-9]*))");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  /** Largest whole number that a double holds exactly. */
  private static final double EXACT = 1L << 53;

  private YamlScalar() {}

  /** The value that an unquoted word stands for; a string where it is nothing else. */
  static JsonNode read(String word) {
    if (TRUE.contains(word)) {
      return BooleanNode.TRUE;
    }
    if (FALSE.contains(word)) {
      return BooleanNode.FALSE;
    }
    if (NULL.contains(word)) {
      return NullNode.getInstance();
    }
    if ("+-.0123456789".indexOf(word.charAt(0)) < 0) {
      return TextNode.valueOf(word);
    }
    String digits = word.replace("_", "");
    Matcher integer = INTEGER.matcher(digits);
    if (integer.matches()) {
      return integer(integer);
    }
    if (FLOAT.matcher(digits).matches()) {
      double value = Double.parseDouble(digits);
      return value == Math.rint(value) && Math.abs(value) <= EXACT
          ? LongNode.valueOf((long) value)
          : DoubleNode.valueOf(value);
    }
    return TextNode.valueOf(word);
  }

  /** Whether an unquoted word would come back as something else than this string. */
  static boolean needsQuotes(String text) {
    return !read(text).isTextual() || isInfinite(text);
  }

  /** JSON has no such numbers, so kubectl refuses them. */
  static boolean isInfinite(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return Set.of(".nan", ".inf", "+.inf", "-.inf").contains(lower);
  }

  private static JsonNode integer(Matcher found) {
    String hex = found.group("hex");
    String bin = found.group("bin");
    String oct = found.group("oct");
    BigInteger magnitude =
        hex != null
            ? new BigInteger(hex, 16)
            : bin != null
                ? new BigInteger(bin, 2)
                : oct != null ? new BigInteger(oct, 8) : new BigInteger(found.group("dec"));
    BigInteger value = "-".equals(found.group("sign")) ? magnitude.negate() : magnitude;
    return value.bitLength() < Long.SIZE
        ? LongNode.valueOf(value.longValue())
        : BigIntegerNode.valueOf(value);
  }

  /** Tags unquoted words that are no strings, so that explicit {@code !!str} tags stay visible. */
  static final class Rules implements Schema {
    @Override
    public ScalarResolver getScalarResolver() {
      return (value, implicit) -> implicit ? tag(value) : Tag.STR;
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
      return Map.of();
    }

    private static Tag tag(String value) {
      JsonNode node = read(value);
      return node.isBoolean()
          ? Tag.BOOL
          : node.isNull() ? Tag.NULL : node.isNumber() ? Tag.INT : Tag.STR;
    }
  }
}
