package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Nodes that are objects only: pods are bound to them, and nobody runs them. */
public final class Nodes {
  /**
   * A node to be.
   *
   * @param labels beside those that KubeVirt's launchers ask for
   * @param resources beside CPUs, memory and KubeVirt's own devices
   */
  public record Wish(String name, Map<String, String> labels, Map<String, String> resources) {
    public Wish {
      labels = Map.copyOf(labels);
      resources = Map.copyOf(resources);
    }
  }

  private static final String NODES = "/api/v1/nodes";

  private Nodes() {}

  /**
   * Creates a node that is Ready and that KubeVirt's launchers accept.
   *
   * @param labels beside those that the launchers ask for
   * @param resources beside CPUs, memory and KubeVirt's own devices
   */
  public static void create(
      Kubectl kubectl, String name, Map<String, String> labels, Map<String, String> resources) {
    JsonNode node = node(new Wish(name, labels, resources));
    kubectl.runWith(node.toString(), "create", "-f", "-").orThrow();
    Wait.until(
        name + " takes pods", () -> kubectl.get("node", name).at("/spec/taints").isMissingNode());
  }

  /** Creates nodes as above, and returns once all of them take pods: a thousand within seconds. */
  public static void create(Api api, List<Wish> wishes) {
    api.create(NODES, wishes.stream().map(wish -> node(wish).toString()).toList());
    Set<String> names = wishes.stream().map(Wish::name).collect(Collectors.toSet());
    Wait.until(
        "the nodes take pods",
        () ->
            api.get(NODES)
                .path("items")
                .valueStream()
                .filter(node -> names.contains(node.at("/metadata/name").asText()))
                .allMatch(node -> node.at("/spec/taints").isMissingNode()));
  }

  /** Does what a kubelet would do at the end: lets pods go that are being deleted. */
  public static void endDeletedPods(Api api) {
    api.end(
        api.get("/api/v1/pods")
            .path("items")
            .valueStream()
            .map(pod -> pod.path("metadata"))
            .filter(pod -> pod.has("deletionTimestamp"))
            .map(pod ->
                "/api/v1/namespaces/"
                    + pod.path("namespace").asText()
                    + "/pods/"
                    + pod.path("name").asText())
            .toList());
  }

  /** As when a kubelet registers itself, the status is stored with the rest. */
  private static JsonNode node(Wish wish) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata").put("name", wish.name());
    ObjectNode labels =
        metadata
            .putObject("labels")
            .put("kubernetes.io/hostname", wish.name())
            .put("kubernetes.io/os", "linux")
            .put("kubernetes.io/arch", "amd64")
            .put("kubevirt.io/schedulable", "true")
            .put("machine-type.node.kubevirt.io/q35", "true");
    wish.labels().forEach(labels::put);
    ObjectNode status = node.putObject("status");
    status
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", "True")
        .put("reason", "ObjectOnly");
    for (String field : new String[] {"capacity", "allocatable"}) {
      ObjectNode amounts =
          status
              .putObject(field)
              .put("cpu", "64")
              .put("memory", "512Gi")
              .put("ephemeral-storage", "1Ti")
              .put("pods", "110")
              .put("devices.kubevirt.io/kvm", "110")
              .put("devices.kubevirt.io/tun", "110")
              .put("devices.kubevirt.io/vhost-net", "110");
      wish.resources().forEach(amounts::put);
    }
    return node;
  }
}
