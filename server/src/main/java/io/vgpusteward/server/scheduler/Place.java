package io.vgpusteward.server.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A place in a configuration, for reading what may be absent or of the wrong type; {@link
 * KnownFields} tells of wrong types, so here they read as absent.
 *
 * @param path as people write it: {@code extenders[0].tlsConfig}
 */
record Place(JsonNode node, String path) {
  static Place root(JsonNode node) {
    return new Place(node, "");
  }

  Place at(String... names) {
    Place place = this;
    for (String name : names) {
      place =
          new Place(place.node.path(name), place.path.isEmpty() ? name : place.path + "." + name);
    }
    return place;
  }

  /** The items of a list; none where there is no list. */
  List<Place> items() {
    return node.isArray()
        ? IntStream.range(0, node.size())
            .mapToObj(i -> new Place(node.get(i), path + "[" + i + "]"))
            .toList()
        : List.of();
  }

  /** The strings of a list. */
  List<String> texts() {
    return items().stream().map(Place::text).toList();
  }

  /** Whether there is a value other than null. */
  boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  /** The string; empty where there is none. */
  String text() {
    return node.isTextual() ? node.textValue() : "";
  }

  boolean hasText() {
    return !text().isEmpty();
  }

  boolean isTrue() {
    return node.isBoolean() && node.booleanValue();
  }

  /** The whole number, 0 where there is none. */
  long number() {
    return node.isIntegralNumber() ? node.longValue() : 0;
  }

  /** The path: the value may be a private key. */
  @Override
  public String toString() {
    return path;
  }
}
