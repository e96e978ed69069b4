package io.vgpusteward.cluster.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
    return read(file, Manifests::fail);
  }

  /**
   * The objects of a file in their order, as far as it can be read.
   *
   * @param problems told of what cannot be read; where it is no YAML from some line on, the rest of
   *     the file is passed over
   */
  public static List<Manifest> read(Path file, Consumer<ManifestException> problems) {
    String source = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      return read(source, in, problems);
    } catch (NoSuchFileException e) {
      problems.accept(new ManifestException(source, 0, "there is no such file"));
    } catch (IOException e) {
      problems.accept(
          new ManifestException(
              source, 0, "cannot be read (" + e.getClass().getSimpleName() + ")"));
    }
    return List.of();
  }

  /**
   * The objects of a stream in their order; does not close it.
   *
   * @param source what to call the stream, {@code -} for standard input
   */
  public static List<Manifest> read(String source, InputStream in) {
    return read(source, in, Manifests::fail);
  }

  /** The same, as far as the stream can be read. */
  public static List<Manifest> read(
      String source, InputStream in, Consumer<ManifestException> problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(source)
            .setSchema(new YamlScalar.Rules())
            .setCodePointLimit(MAX_CHARACTERS)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .setAllowNonScalarKeys(true)
            .build();
    Documents documents = new Documents(source, problems);
    try {
      YamlUnicodeReader reader = new YamlUnicodeReader(in);
      for (Node document : new Compose(settings).composeAllFromReader(reader)) {
        documents.add(document);
      }
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
      int line = mark == null ? 0 : mark.getLine() + 1;
      problems.accept(new ManifestException(source, line, problem(e)));
    } catch (StackOverflowError e) {
      problems.accept(new ManifestException(source, 0, "is nested too deeply"));
    } catch (YamlEngineException e) {
      problems.accept(
          new ManifestException(
              source,
              0,
              e.getCause() instanceof IOException
                  ? "cannot be read"
                  : "is no YAML: a character or an encoding is not allowed"));
    }
    return documents.objects;
  }

  private static void fail(ManifestException problem) {
    throw problem;
  }

  /** The objects of one stream. */
  private static final class Documents {
    private final String source;
    private final Consumer<ManifestException> problems;
    private final List<Manifest> objects = new ArrayList<>();

    Documents(String source, Consumer<ManifestException> problems) {
      this.source = source;
      this.problems = problems;
    }

    void add(Node document) {
      add(document, Optional.empty());
    }

    private void add(Node node, Optional<MappingNode> list) {
      YamlTree tree = new YamlTree(source);
      try {
        if (node instanceof ScalarNode scalar && tree.json(scalar).isNull()) {
          return;
        }
        if (!(node instanceof MappingNode mapping)) {
          throw tree.broken(node, "is not a Kubernetes object");
        }
        if (word(mapping, "kind").endsWith("List")
            && value(mapping, "items") instanceof SequenceNode items) {
          items.getValue().forEach(item -> add(item, Optional.of(mapping)));
        } else {
          ObjectNode object = (ObjectNode) tree.json(mapping);
          list.ifPresent(of -> complete(object, of));
          objects.add(new Manifest(source, YamlTree.line(mapping), object));
        }
      } catch (ManifestException e) {
        problems.accept(e);
      }
    }

    /** Lists of one kind need not say it again in each item. */
    private static void complete(ObjectNode item, MappingNode list) {
      String kind = word(list, "kind");
      if (!item.has("kind") && !kind.equals("List")) {
        item.put("kind", kind.substring(0, kind.length() - "List".length()));
        if (!item.has("apiVersion")) {
          item.put("apiVersion", word(list, "apiVersion"));
        }
      }
    }
  }

  private static String word(MappingNode mapping, String key) {
    return value(mapping, key) instanceof ScalarNode scalar ? scalar.getValue() : "";
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
