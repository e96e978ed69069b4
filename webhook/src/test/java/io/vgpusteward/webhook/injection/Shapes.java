package io.vgpusteward.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON trees compared by what they say, and not by what they leave out. */
final class Shapes {
  private Shapes() {}

  /** A copy without members that are null, empty containers, or user data of no bytes. */
  static ObjectNode tidy(ObjectNode vm) {
    return (ObjectNode) tidyOf(vm);
  }

  private static JsonNode tidyOf(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode result = object.objectNode();
      for (var entry : object.properties()) {
        JsonNode value = tidyOf(entry.getValue());
        if (CloudInitVolume.KINDS.contains(entry.getKey()) || !isNothing(value)) {
          result.set(entry.getKey(), value);
        }
      }
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = array.arrayNode();
      array.forEach(item -> result.add(tidyOf(item)));
      return result;
    }
    return node;
  }

  private static boolean isNothing(JsonNode value) {
    return value.isContainerNode() ? value.isEmpty() : value.isNull() || value.asText().isEmpty();
  }

  /** That all of the one is in the other, lists in their order. */
  static void assertContains(String path, JsonNode less, JsonNode more) {
    assertThat(isIn(less, more)).as("%s of %s is in %s", path, less, more).isTrue();
  }

  private static boolean isIn(JsonNode less, JsonNode more) {
    if (less.isObject()) {
      return more.isObject()
          && less.properties().stream()
              .allMatch(entry -> isIn(entry.getValue(), more.path(entry.getKey())));
    }
    if (!less.isArray()) {
      return less.equals(more);
    }
    int next = 0;
    for (JsonNode item : less) {
      while (next < more.size() && !isIn(item, more.get(next))) {
        next++;
      }
      if (next++ >= more.size()) {
        return false;
      }
    }
    return true;
  }

  static ObjectNode object(ObjectNode of, String name) {
    return of.get(name) instanceof ObjectNode object ? object : of.putObject(name);
  }

  static ArrayNode list(ObjectNode of, String name) {
    return of.get(name) instanceof ArrayNode list ? list : of.putArray(name);
  }
}
