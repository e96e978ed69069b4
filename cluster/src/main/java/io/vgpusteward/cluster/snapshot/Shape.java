package io.vgpusteward.cluster.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is kept of a part of an object; a value of another form than expected is left out. */
sealed interface Shape {
  /** What takes the place of user data in text. */
  String TEXT = "#cloud-config\n# left out of the snapshot\n";

  /** What takes the place of user data in base64. */
  String BASE64 = Base64.getEncoder().encodeToString(TEXT.getBytes(StandardCharsets.UTF_8));

  /** What takes the place of other secrets; it is text and base64. */
  String OPAQUE = "leftOutOfTheSnapshot";

  /** All of these. */
  Set<String> PLACEHOLDERS = Set.of(TEXT, BASE64, OPAQUE);

  /** What is kept of the value; empty where nothing is. */
  Optional<JsonNode> reduce(JsonNode value);

  /** A scalar that stays as it is. */
  record Keep() implements Shape {
    @Override
    public Optional<JsonNode> reduce(JsonNode value) {
      return value.isValueNode() && !value.isNull() ? Optional.of(value) : Optional.empty();
    }
  }

  /** A string that another takes the place of. */
  record Hide(TextNode placeholder) implements Shape {
    @Override
    public Optional<JsonNode> reduce(JsonNode value) {
      return value.isTextual()
          ? Optional.of(value.textValue().isEmpty() ? value : placeholder)
          : Optional.empty();
    }
  }

  /**
   * A list; items of another form than expected stay as empty mappings, so that each is counted.
   */
  record Each(Shape item) implements Shape {
    @Override
    public Optional<JsonNode> reduce(JsonNode value) {
      if (!value.isArray()) {
        return Optional.empty();
      }
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      value.forEach(
          each -> items.add(item.reduce(each).orElseGet(JsonNodeFactory.instance::objectNode)));
      return Optional.of(items);
    }
  }

  /**
   * A mapping, its members in the order of the shape.
   *
   * @param patterns for names that are not in {@code named}
   */
  record Members(Map<String, Shape> named, Map<Pattern, Shape> patterns) implements Shape {
    @Override
    public Optional<JsonNode> reduce(JsonNode value) {
      if (!(value instanceof ObjectNode object)) {
        return Optional.empty();
      }
      ObjectNode kept = JsonNodeFactory.instance.objectNode();
      named.forEach((name, shape) ->
          shape.reduce(object.path(name)).ifPresent(member -> kept.set(name, member)));
      Map<String, JsonNode> others = new TreeMap<>();
      object.properties().stream()
          .filter(member -> !named.containsKey(member.getKey()))
          .forEach(member ->
              patterns.forEach((pattern, shape) -> {
                if (pattern.matcher(member.getKey()).matches()) {
                  shape
                      .reduce(member.getValue())
                      .ifPresent(reduced -> others.put(member.getKey(), reduced));
                }
              }));
      others.forEach(kept::set);
      return Optional.of(kept);
    }
  }

  /**
   * Reads a shape as {@code kept.yaml} has it.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Shape of(JsonNode form) {
    if (form.isObject()) {
      Map<String, Shape> named = new LinkedHashMap<>();
      Map<Pattern, Shape> patterns = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> member : form.properties()) {
        if (member.getKey().contains("*")) {
          patterns.put(pattern(member.getKey()), of(member.getValue()));
        } else {
          named.put(member.getKey(), of(member.getValue()));
        }
      }
      return new Members(named, patterns);
    }
    if (form.isArray() && form.size() == 1) {
      return new Each(of(form.get(0)));
    }
    return switch (form.asText()) {
      case "keep" -> new Keep();
      case "text" -> new Hide(TextNode.valueOf(TEXT));
      case "base64" -> new Hide(TextNode.valueOf(BASE64));
      case "opaque" -> new Hide(TextNode.valueOf(OPAQUE));
      default -> throw new IllegalArgumentException("no shape: " + form);
    };
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }
}
