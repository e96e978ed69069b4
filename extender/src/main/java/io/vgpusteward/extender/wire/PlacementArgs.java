package io.vgpusteward.extender.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What kube-scheduler sends to filter and to prioritize ({@code ExtenderArgs}).
 *
 * @param pod the pod as a tree
 */
public record PlacementArgs(JsonNode pod, Candidates candidates) {

  /**
   * Reads a body. Names count where there are both names and nodes.
   *
   * @throws WireException when it is none of that type, or names no pod or no list of nodes
   */
  public static PlacementArgs read(byte[] body) throws WireException {
    Reading reading = new Reading(body);
    GoJson.read(body, reading::arguments);
    return reading.result();
  }

  /** Without the pod, which holds whatever its owner wrote. */
  @Override
  public String toString() {
    return "arguments for " + candidates;
  }

  private static final class Reading {
    private final byte[] body;
    private @Nullable JsonNode pod;
    private @Nullable SequencedSet<String> names;
    private @Nullable SequencedMap<String, Candidates.Slice> nodes;

    Reading(byte[] body) {
      this.body = body;
    }

    void arguments(GoJson json) throws IOException, WireException {
      json.object(
          "the body",
          key -> {
            if (key.equalsIgnoreCase("Pod")) {
              pod = json.tree("Pod");
            } else if (key.equalsIgnoreCase("NodeNames")) {
              names(json);
            } else if (key.equalsIgnoreCase("Nodes")) {
              nodeList(json);
            } else {
              json.skip();
            }
          });
    }

    private void names(GoJson json) throws IOException, WireException {
      LinkedHashSet<String> found = new LinkedHashSet<>();
      boolean given =
          json.list(
              "NodeNames",
              i -> {
                String name = json.text("an item of NodeNames");
                if (name.isEmpty()) {
                  throw new WireException("NodeNames[" + i + "] is empty");
                }
                found.add(name);
              });
      names = given ? found : null;
    }

    private void nodeList(GoJson json) throws IOException, WireException {
      LinkedHashMap<String, Candidates.Slice> found = new LinkedHashMap<>();
      boolean given =
          json.object(
              "Nodes",
              key -> {
                if (key.equalsIgnoreCase("items")) {
                  found.clear();
                  json.list("Nodes.items", i -> node(json, i, found));
                } else {
                  json.skip();
                }
              });
      nodes = given ? found : null;
    }

    private static void node(GoJson json, int index, SequencedMap<String, Candidates.Slice> to)
        throws IOException, WireException {
      int from = json.tokenStart();
      String[] name = {""};
      json.object(
          "an item of Nodes.items",
          key -> {
            if (key.equalsIgnoreCase("metadata")) {
              json.object(
                  "an item's metadata",
                  field -> {
                    if (field.equalsIgnoreCase("name")) {
                      name[0] = json.text("an item's metadata.name");
                    } else {
                      json.skip();
                    }
                  });
            } else {
              json.skip();
            }
          });
      if (name[0].isEmpty()) {
        throw new WireException("Nodes.items[" + index + "].metadata.name is missing");
      }
      to.putIfAbsent(name[0], new Candidates.Slice(from, json.tokenEnd()));
    }

    PlacementArgs result() throws WireException {
      if (pod == null || pod.isMissingNode()) {
        throw new WireException("Pod is missing");
      }
      if (names != null) {
        return new PlacementArgs(pod, Candidates.named(names));
      }
      if (nodes != null) {
        return new PlacementArgs(pod, Candidates.full(body, nodes));
      }
      throw new WireException("both NodeNames and Nodes are missing");
    }
  }
}
