package io.vgpusteward.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Turns one composed YAML document into the JSON that kubectl would send: aliases and merge keys
 * resolved, keys as strings, a key written twice refused.
 */
final class YamlTree {
  /** Far more than etcd takes; stops documents whose aliases multiply. */
  private static final int MAX_NODES = 1_000_000;

  private static final Set<Tag> WORDS = Set.of(Tag.BOOL, Tag.NULL, Tag.INT, Tag.FLOAT);

  private final String source;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nodes;

  YamlTree(String source) {
    this.source = source;
  }

  JsonNode json(Node node) {
    if (++nodes > MAX_NODES) {
      throw broken(node, "too many values; do aliases multiply here?");
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> nested(node, () -> sequence(sequence));
      case MappingNode mapping -> nested(node, () -> mapping(mapping));
      default -> throw broken(node, "not a value");
    };
  }

  /** The line of the node, from 1. */
  static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }

  ManifestException broken(Node node, String problem) {
    return new ManifestException(source, line(node), problem);
  }

  private JsonNode scalar(ScalarNode node) {
    String value = node.getValue();
    if (WORDS.contains(node.getTag())) {
      return YamlScalar.read(value);
    }
    if (node.isPlain() && node.getTag().equals(Tag.STR) && YamlScalar.isInfinite(value)) {
      throw broken(node, "infinity and NaN are no JSON numbers");
    }
    return TextNode.valueOf(value);
  }

  private ArrayNode sequence(SequenceNode node) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    node.getValue().forEach(item -> array.add(json(item)));
    return array;
  }

  private ObjectNode mapping(MappingNode node) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (NodeTuple tuple : node.getValue()) {
      if (!isMerge(tuple)) {
        String key = key(tuple.getKeyNode());
        if (object.has(key)) {
          throw broken(tuple.getKeyNode(), "this key stands here twice");
        }
        object.set(key, json(tuple.getValueNode()));
      }
    }
    for (NodeTuple tuple : node.getValue()) {
      if (isMerge(tuple)) {
        merge(object, tuple.getValueNode());
      }
    }
    return object;
  }

  /** Keys of the mapping itself win over merged ones, and earlier merged ones over later. */
  private void merge(ObjectNode into, Node from) {
    JsonNode merged = json(from);
    Iterable<JsonNode> parts = merged.isArray() ? merged : Set.of(merged);
    for (JsonNode part : parts) {
      if (!part.isObject()) {
        throw broken(from, "<< takes a mapping or a list of mappings");
      }
      part.properties().stream()
          .filter(field -> !into.has(field.getKey()))
          .toList()
          .forEach(field -> into.set(field.getKey(), field.getValue()));
    }
  }

  private static boolean isMerge(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode key
        && key.isPlain()
        && key.getValue().equals("<<");
  }

  private String key(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw broken(node, "a key must be a word");
    }
    return WORDS.contains(scalar.getTag())
        ? YamlScalar.read(scalar.getValue()).asText()
        : scalar.getValue();
  }

  private JsonNode nested(Node node, Supplier<JsonNode> convert) {
    if (!open.add(node)) {
      throw broken(node, "an alias to something that it is part of");
    }
    try {
      return convert.get();
    } finally {
      open.remove(node);
    }
  }
}
