package io.vgpusteward.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A configuration file: one YAML mapping from names of flags, without dashes in front, to values.
 */
final class SettingsFile {
  private final Path file;
  private final Map<String, Entry> entries;

  /** A value as it is written, and the line of its key, from 1. */
  private record Entry(String value, int line) {}

  private SettingsFile(Path file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads the file; an empty one sets nothing.
   *
   * @throws ConfigurationException when it cannot be read or is not such a mapping, with the line
   */
  static SettingsFile read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(file + ": no such file", e);
    } catch (IOException e) {
      throw new ConfigurationException(file + ": cannot be read: " + e.getMessage(), e);
    }
    try {
      Optional<Node> root =
          new Compose(LoadSettings.builder().setAllowNonScalarKeys(true).build())
              .composeString(text);
      Map<String, Entry> entries = new LinkedHashMap<>();
      if (root.isPresent() && !root.get().getTag().equals(Tag.NULL)) {
        if (!(root.get() instanceof MappingNode mapping)) {
          throw at(file, root.get(), "expected lines of the form key: value");
        }
        for (NodeTuple tuple : mapping.getValue()) {
          add(file, entries, tuple);
        }
      }
      return new SettingsFile(file, entries);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new ConfigurationException(file + ":" + line + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigurationException(file + ": " + e.getMessage(), e);
    }
  }

  private static void add(Path file, Map<String, Entry> entries, NodeTuple tuple) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      throw at(file, tuple.getKeyNode(), "expected a key");
    }
    if (!(tuple.getValueNode() instanceof ScalarNode value)) {
      throw at(
          file, key, key.getValue() + ": expected a single value; put it in quotes if it is one");
    }
    if (entries.containsKey(key.getValue())) {
      throw at(file, key, key.getValue() + ": given twice");
    }
    entries.put(key.getValue(), new Entry(value.getValue(), line(key)));
  }

  /**
   * Makes sure that all keys are known.
   *
   * @throws ConfigurationException naming the first that is not
   */
  void checkKeys(Collection<String> known) {
    entries.forEach((key, entry) -> {
      if (!known.contains(key)) {
        throw new ConfigurationException(
            "%s:%d: unknown key '%s'; known are %s"
                .formatted(file, entry.line(), key, String.join(", ", new TreeSet<>(known))));
      }
    });
  }

  Optional<String> value(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** Where the key is set, for a message. */
  Optional<String> origin(String key) {
    return Optional.ofNullable(entries.get(key))
        .map(entry -> file + ":" + entry.line() + ": " + key);
  }

  private static ConfigurationException at(Path file, Node node, String problem) {
    return new ConfigurationException(file + ":" + line(node) + ": " + problem);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }
}
