package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Nodes that are objects only: pods are bound to them, and nobody runs them. */
public final class Nodes {
  private Nodes() {}

  /**
   * Creates a node that is Ready and that KubeVirt's launchers accept.
   *
   * @param labels beside those that the launchers ask for
   * @param resources beside CPUs, memory and KubeVirt's own devices
   */
  public static void create(
      Kubectl kubectl, String name, Map<String, String> labels, Map<String, String> resources) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata").put("name", name);
    ObjectNode allLabels =
        metadata
            .putObject("labels")
            .put("kubernetes.io/hostname", name)
            .put("kubernetes.io/os", "linux")
            .put("kubernetes.io/arch", "amd64")
            .put("kubevirt.io/schedulable", "true")
            .put("machine-type.node.kubevirt.io/q35", "true");
    labels.forEach(allLabels::put);
    kubectl.runWith(node.toString(), "create", "-f", "-").orThrow();
    kubectl.ok(
        "patch", "node", name, "--subresource=status", "--type=merge", "-p", status(resources));
    Wait.until(
        name + " takes pods", () -> kubectl.get("node", name).at("/spec/taints").isMissingNode());
  }

  /** Does what a kubelet would do at the end: lets pods go that are being deleted. */
  public static void endDeletedPods(Kubectl kubectl) {
    for (JsonNode pod : kubectl.get("pods", "--all-namespaces").path("items")) {
      if (pod.at("/metadata").has("deletionTimestamp")) {
        kubectl.ok(
            "delete",
            "pod",
            pod.at("/metadata/name").asText(),
            "-n",
            pod.at("/metadata/namespace").asText(),
            "--force",
            "--grace-period=0",
            "--ignore-not-found");
      }
    }
  }

  private static String status(Map<String, String> resources) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode status = patch.putObject("status");
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
      resources.forEach(amounts::put);
    }
    return patch.toString();
  }
}
