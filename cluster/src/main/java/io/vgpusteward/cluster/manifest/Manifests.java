package io.vgpusteward.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.YamlUnicodeReader;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML files, JSON included, into the objects that kubectl would make of them: several
 * documents a file, empty ones skipped, the items of a {@code List} one by one.
 *
 * <p>Fails with {@link ManifestException}, which names file and line and quotes no content.
 */
public final class Manifests {
  private static final int MAX_CHARACTERS = 64 << 20;

  private Manifests() {}

  /** The objects of a file in their order. */
  public static List<Manifest> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new ManifestException(file.toString(), 0, "there is no such file");
    } catch (IOException e) {
      throw new ManifestException(
          file.toString(), 0, "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /**
   * The objects of a stream in their order; does not close it.
   *
   * @param source what to call the stream, {@code -} for standard input
   */
  public static List<Manifest> read(String source, InputStream in) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setSchema(new YamlScalar.Rules())
            .setCodePointLimit(MAX_CHARACTERS)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .setAllowNonScalarKeys(true)
            .build();
    List<Manifest> objects = new ArrayList<>();
    try {
      YamlUnicodeReader reader = new YamlUnicodeReader(in);
      for (Node document : new Compose(settings).composeAllFromReader(reader)) {
        add(objects, source, document);
      }
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
      throw new ManifestException(source, mark == null ? 0 : mark.getLine() + 1, problem(e));
    } catch (StackOverflowError e) {
      throw new ManifestException(source, 0, "is nested too deeply");
    } catch (YamlEngineException e) {
      throw new ManifestException(
          source,
          0,
          e.getCause() instanceof IOException
              ? "cannot be read"
              : "is no YAML: a character or an encoding is not allowed");
    }
    return objects;
  }

  private static void add(List<Manifest> objects, String source, Node document) {
    YamlTree tree = new YamlTree(source);
    if (document instanceof ScalarNode scalar && tree.json(scalar).isNull()) {
      return;
    }
    if (!(document instanceof MappingNode mapping)) {
      throw tree.broken(document, "is not a Kubernetes object");
    }
    ScalarNode kind = value(mapping, "kind") instanceof ScalarNode scalar ? scalar : null;
    if (kind != null
        && kind.getValue().endsWith("List")
        && value(mapping, "items") instanceof SequenceNode items) {
      items.getValue().forEach(item -> add(objects, source, item));
    } else {
      JsonNode object = tree.json(mapping);
      objects.add(new Manifest(source, YamlTree.line(mapping), (ObjectNode) object));
    }
  }

  private static @Nullable Node value(MappingNode mapping, String key) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
        return tuple.getValueNode();
      }
    }
    return null;
  }

  /** The parser's words, short of those few that repeat a word of the file. */
  private static String problem(MarkedYamlEngineException e) {
    String problem = e.getProblem();
    if (problem.startsWith("found undefined alias")) {
      return "an alias (*) to an anchor (&) that is not there";
    }
    if (problem.startsWith("found undefined tag handle")) {
      return "a tag (!) that is not defined";
    }
    if (problem.startsWith("expected escape sequence") || problem.contains("escape character")) {
      return "an unknown escape (\\) in a quoted string";
    }
    String context = e.getContext();
    return (context == null ? "" : context + ": ") + problem.lines().findFirst().orElse("no YAML");
  }
}
