package io.vgpusteward.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/**
 * Writes objects as YAML that {@link Manifests} and kubectl read back unchanged: what either would
 * take for a boolean or a number is quoted, lines of text stand as a block.
 */
public final class ManifestWriter {
  /** Words that every YAML reader takes as they are, unless they look like something else. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/_.][A-Za-z0-9/_.+=-]*");

  /** What a block would lose or cannot hold: blanks at an end, control characters. */
  private static final Pattern NO_BLOCK =
      Pattern.compile(
          "^\\s.*|.*[ \\t](\\R.*|$)|.*[^\\n\\t\\x20-\\x7e\\u00a0-\\ud7ff].*", Pattern.DOTALL);

  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setIndicatorIndent(0)
          .setWidth(4096)
          .setSplitLines(false)
          .setSchema(new YamlScalar.Rules())
          .build();

  private ManifestWriter() {}

  /** One document, without {@code ---}, fields in their order. */
  public static String write(JsonNode object) {
    Object plain = plain(object);
    return new Dump(SETTINGS, new Representer()).dumpToString(plain == null ? Map.of() : plain);
  }

  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    return node.isNull() ? null : node.isBoolean() ? node.booleanValue() : node.asText();
  }

  private static final class Representer extends StandardRepresenter {
    Representer() {
      super(SETTINGS);
      representers.put(
          String.class, text -> representScalar(Tag.STR, (String) text, style((String) text)));
    }

    private static ScalarStyle style(String text) {
      if (PLAIN.matcher(text).matches() && !YamlScalar.needsQuotes(text)) {
        return ScalarStyle.PLAIN;
      }
      return text.indexOf('\n') >= 0 && !NO_BLOCK.matcher(text).matches()
          ? ScalarStyle.LITERAL
          : ScalarStyle.DOUBLE_QUOTED;
    }
  }
}
