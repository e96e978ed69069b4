package io.vgpusteward.extender.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What kube-scheduler sends to preempt ({@code ExtenderPreemptionArgs}): {@code
 * NodeNameToMetaVictims} with {@code nodeCacheCapable: true}, else {@code NodeNameToVictims}.
 *
 * @param pod the pod as a tree
 * @param victims whom it would evict from each node, in the order asked; an empty list where it
 *     says nobody, nothing, or not of everybody who
 */
public record PreemptionArgs(JsonNode pod, SequencedMap<String, Victims> victims) {
  /**
   * Pods of a node to be evicted.
   *
   * @param uids one for each
   * @param disruptions {@code NumPDBViolations}, handed back as it came
   */
  public record Victims(List<String> uids, long disruptions) {
    public Victims {
      uids = List.copyOf(uids);
    }
  }

  /**
   * Reads a body. UIDs count where there are both UIDs and pods.
   *
   * @throws WireException when it is none of that type, or names no pod
   */
  public static PreemptionArgs read(byte[] body) throws WireException {
    Reading reading = new Reading();
    GoJson.read(body, reading::arguments);
    return reading.result();
  }

  /** Without the pod, which holds whatever its owner wrote. */
  @Override
  public String toString() {
    return "arguments for victims on " + victims.size() + " nodes";
  }

  private static final class Reading {
    private @Nullable JsonNode pod;
    private @Nullable SequencedMap<String, Victims> meta;
    private @Nullable SequencedMap<String, Victims> full;

    void arguments(GoJson json) throws IOException, WireException {
      json.object(
          "the body",
          key -> {
            if (key.equalsIgnoreCase("Pod")) {
              pod = json.tree("Pod");
            } else if (key.equalsIgnoreCase("NodeNameToMetaVictims")) {
              meta = victims(json, "NodeNameToMetaVictims", Reading::metaPod);
            } else if (key.equalsIgnoreCase("NodeNameToVictims")) {
              full = victims(json, "NodeNameToVictims", Reading::pod);
            } else {
              json.skip();
            }
          });
    }

    private interface UidReader {
      String read(GoJson json, String path) throws IOException, WireException;
    }

    private static @Nullable SequencedMap<String, Victims> victims(
        GoJson json, String path, UidReader uid) throws IOException, WireException {
      LinkedHashMap<String, Victims> found = new LinkedHashMap<>();
      boolean given = json.object(path, node -> found.put(node, ofNode(json, path, uid)));
      return given ? found : null;
    }

    private static Victims ofNode(GoJson json, String path, UidReader uid)
        throws IOException, WireException {
      List<String> uids = new ArrayList<>();
      long[] disruptions = {0};
      json.object(
          "a node's entry in " + path,
          key -> {
            if (key.equalsIgnoreCase("Pods")) {
              uids.clear();
              json.list("a node's Pods in " + path, i -> uids.add(uid.read(json, path)));
            } else if (key.equalsIgnoreCase("NumPDBViolations")) {
              disruptions[0] = json.number("a node's NumPDBViolations in " + path);
            } else {
              json.skip();
            }
          });
      // To evict those who have a name, and not the rest, might free nothing.
      return new Victims(uids.contains("") ? List.of() : uids, disruptions[0]);
    }

    private static String metaPod(GoJson json, String path) throws IOException, WireException {
      String[] uid = {""};
      json.object(
          "an item of a node's Pods in " + path,
          key -> {
            if (key.equalsIgnoreCase("UID")) {
              uid[0] = json.text("an item's UID in " + path);
            } else {
              json.skip();
            }
          });
      return uid[0];
    }

    private static String pod(GoJson json, String path) throws IOException, WireException {
      String[] uid = {""};
      json.object(
          "an item of a node's Pods in " + path,
          key -> {
            if (key.equalsIgnoreCase("metadata")) {
              uid[0] = metaPod(json, path);
            } else {
              json.skip();
            }
          });
      return uid[0];
    }

    PreemptionArgs result() throws WireException {
      if (pod == null || pod.isMissingNode()) {
        throw new WireException("Pod is missing");
      }
      SequencedMap<String, Victims> victims = meta != null ? meta : full;
      return new PreemptionArgs(
          pod,
          Collections.unmodifiableSequencedMap(victims == null ? new LinkedHashMap<>() : victims));
    }
  }
}
