package io.vgpusteward.e2e.rig;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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

  private Nodes() {}

  /**
   * Creates a node that is Ready and that KubeVirt's launchers accept.
   *
   * @param labels beside those that the launchers ask for
   * @param resources beside CPUs, memory and KubeVirt's own devices
   */
  public static void create(
      Kubectl kubectl, String name, Map<String, String> labels, Map<String, String> resources) {
    create(kubectl, List.of(new Wish(name, labels, resources)));
  }

  /**
   * Creates nodes that are Ready and that KubeVirt's launchers accept, and returns once all of them
   * take pods: a thousand within seconds.
   */
  public static void create(Kubectl kubectl, List<Wish> wishes) {
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.put("apiVersion", "v1").put("kind", "List");
    ArrayNode items = list.putArray("items");
    wishes.forEach(wish -> items.add(node(wish)));
    // As when a kubelet registers itself, the status is stored with the rest.
    kubectl.runWith(list.toString(), "create", "--validate=false", "-f", "-").orThrow();
    Set<String> names = wishes.stream().map(Wish::name).collect(Collectors.toSet());
    Wait.until(
        names.size() == 1 ? names.iterator().next() + " takes pods" : "the nodes take pods",
        () ->
            kubectl
                .get("nodes")
                .path("items")
                .valueStream()
                .filter(node -> names.contains(node.at("/metadata/name").asText()))
                .allMatch(node -> node.at("/spec/taints").isMissingNode()));
  }

  /** Does what a kubelet would do at the end: lets pods go that are being deleted. */
  public static void endDeletedPods(Kubectl kubectl) {
    Map<String, List<String>> deleted =
        kubectl
            .get("pods", "--all-namespaces")
            .path("items")
            .valueStream()
            .filter(pod -> pod.at("/metadata").has("deletionTimestamp"))
            .collect(
                groupingBy(
                    pod -> pod.at("/metadata/namespace").asText(),
                    mapping(pod -> pod.at("/metadata/name").asText(), toList())));
    deleted.forEach((namespace, pods) -> {
      List<String> command = new ArrayList<>(List.of("delete", "pod"));
      command.addAll(pods);
      command.addAll(List.of("-n", namespace, "--force", "--grace-period=0"));
      command.add("--ignore-not-found");
      kubectl.ok(command.toArray(String[]::new));
    });
  }

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
