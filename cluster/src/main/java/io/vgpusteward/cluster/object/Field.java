package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A place in an object, for reading what may be absent or of the wrong type: what is wrong is told
 * to {@code problems} by its path, never by its value, and reads as absent.
 */
record Field(JsonNode node, String path, Consumer<String> problems) {
  /** The field of a mapping; absent where this is none. */
  Field at(String... names) {
    Field field = this;
    for (String name : names) {
      field = field.child(name);
    }
    return field;
  }

  /** Whether there is a value other than null. */
  boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  /** Whether there is a mapping, even an empty one. */
  boolean isMapping() {
    return isPresent() && (node.isObject() || wrong("a mapping"));
  }

  /** A string that is not empty. */
  Optional<String> text() {
    return isPresent() && (node.isTextual() || wrong("a string")) && !node.textValue().isEmpty()
        ? Optional.of(node.textValue())
        : Optional.empty();
  }

  /** A boolean; false where it is absent. */
  boolean isTrue() {
    return isPresent() && (node.isBoolean() || wrong("a boolean")) && node.booleanValue();
  }

  /** A whole number. */
  OptionalLong number() {
    return isPresent()
            && ((node.isIntegralNumber() && node.canConvertToLong()) || wrong("a whole number"))
        ? OptionalLong.of(node.longValue())
        : OptionalLong.empty();
  }

  /** What its text stands for; where that is nothing this tells what it should be. */
  <T> Optional<T> known(Optional<T> meaning, String expected) {
    return meaning.isPresent() || wrong(expected) ? meaning : Optional.empty();
  }

  /** The items of a list. */
  List<Field> items() {
    if (!isPresent() || !(node.isArray() || wrong("a list"))) {
      return List.of();
    }
    return IntStream.range(0, node.size())
        .mapToObj(i -> new Field(node.get(i), path + "[" + i + "]", problems))
        .toList();
  }

  /** The strings of a list. */
  Stream<String> texts() {
    return items().stream().flatMap(item -> item.text().stream());
  }

  /** The strings of a mapping. */
  Map<String, String> textMap() {
    Map<String, String> map = new LinkedHashMap<>();
    if (isMapping()) {
      for (String name : (Iterable<String>) node::fieldNames) {
        Field value = child(name);
        if (value.isPresent() && (value.node.isTextual() || value.wrong("a string"))) {
          map.put(name, value.node.textValue());
        }
      }
    }
    return map;
  }

  private Field child(String name) {
    JsonNode child = isMapping() ? node.path(name) : MissingNode.getInstance();
    return new Field(child, path.isEmpty() ? name : path + "." + name, problems);
  }

  private boolean wrong(String expected) {
    problems.accept(path + " is not " + expected);
    return false;
  }

  /** The path: the value may be a secret. */
  @Override
  public String toString() {
    return path;
  }
}
