package io.vgpusteward.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.state.ClusterState;
import io.vgpusteward.cluster.state.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cluster of any size, from the files that the HTTP load takes its objects from: each node has
 * four L40S of 16 virtual functions, of which two carry something. Of ten nodes five fit a pod that
 * wants an L40S-24Q, three carry another profile, one carries both, and one advertises too many.
 */
final class Fleet {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int GPUS = 4;
  private static final int FUNCTIONS = 16;
  private static final int CARRYING = 2;
  private static final List<Integer> OTHERS = List.of(1, 4, 7);
  private static final int MIXED = 8;
  private static final int STALE = 9;

  private Fleet() {}

  static String nodeName(int number) {
    return "gpu-node-%05d.example.com".formatted(number);
  }

  /** A view of that many nodes, seen as an API server would show them. */
  static ClusterView view(int nodes) {
    ClusterState state = new ClusterState(Origin.API_SERVER);
    put(state, ObjectKind.KUBEVIRT, file("kubevirt", 0, Map.of()));
    for (int i = 0; i < nodes; i++) {
      put(state, ObjectKind.NODE, node(i));
      put(state, ObjectKind.VGPU_NODE, inventory(i));
      put(
          state,
          ObjectKind.LEASE,
          file("lease", i, Map.of("node", nodeName(i), "now", Instant.now().toString())));
    }
    return state.view(Instant.now(), List.of());
  }

  /** What kube-scheduler sends for a pod that wants an L40S-24Q, with that many names of nodes. */
  static byte[] arguments(int candidates) {
    ObjectNode arguments = JSON.createObjectNode();
    ObjectNode pod = file("pod-vgpu", 0, Map.of("node", ""));
    ((ObjectNode) pod.get("spec")).remove("nodeName");
    arguments.set("Pod", pod);
    arguments.putNull("Nodes");
    ArrayNode names = arguments.putArray("NodeNames");
    for (int i = 0; i < candidates; i++) {
      names.add(nodeName(i));
    }
    try {
      return JSON.writeValueAsBytes(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(ClusterState state, ObjectKind kind, JsonNode object) {
    state.put(
        kind,
        object,
        problem -> {
          throw new IllegalStateException(kind + ": " + problem);
        });
  }

  private static ObjectNode node(int number) {
    int advertised = GPUS * CARRYING + (number % 10 == STALE ? 1 : 0);
    return file(
        "node", number, Map.of("node", nodeName(number), "count", Integer.toString(advertised)));
  }

  private static ObjectNode inventory(int number) {
    ObjectNode inventory =
        file("vgpunode", number, Map.of("node", nodeName(number), "message", "as configured"));
    List<JsonNode> gpus = new ArrayList<>();
    for (int gpu = 0; gpu < GPUS; gpu++) {
      String slot = "0000:%02x:".formatted(0x41 + gpu * 0x20);
      ObjectNode one = file("gpu", number, Map.of("busId", slot + "00.0"));
      ArrayNode functions = one.putArray("vfs");
      for (int vf = 0; vf < FUNCTIONS; vf++) {
        Map<String, String> values =
            Map.of(
                "busId",
                slot + "%02x.%x".formatted(vf / 8, vf % 8 + 1),
                "profile",
                carried(number, vf));
        functions.add(file(vf < CARRYING ? "vf" : "vf-empty", number, values));
      }
      gpus.add(one);
    }
    ((ObjectNode) inventory.get("status")).putArray("gpus").addAll(gpus);
    return inventory;
  }

  private static String carried(int number, int vf) {
    int which = number % 10;
    return OTHERS.contains(which) || (which == MIXED && vf % 2 == 1) ? "L40S-12Q" : "L40S-24Q";
  }

  /** One of the files, with what stands in double braces filled in. */
  private static ObjectNode file(String name, int number, Map<String, String> values) {
    try (InputStream in = Fleet.class.getResourceAsStream("/fleet/" + name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + name);
      }
      String text =
          new String(in.readAllBytes(), UTF_8)
              .replace("{{i}}", "%06d".formatted(number))
              .replace("{{namespace}}", "tenant-00")
              .replace("{{version}}", "1");
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("{{" + value.getKey() + "}}", value.getValue());
      }
      return (ObjectNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
