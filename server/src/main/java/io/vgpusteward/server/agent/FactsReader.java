package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.ClusterFacts;
import io.vgpusteward.agent.NodeMarks;
import io.vgpusteward.agent.advertised.KubeVirtFacts;
import io.vgpusteward.agent.advertised.Restarted;
import io.vgpusteward.agent.advertised.VirtHandler;
import io.vgpusteward.agent.claim.NodePod;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.cluster.object.PodDevices;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads objects of the API into what an agent knows of its cluster. What is malformed is absent.
 */
final class FactsReader {
  private static final String VM_LABEL = "vm.kubevirt.io/name";
  private static final String COMPONENT_LABEL = "kubevirt.io";
  private static final String VIRT_HANDLER = "virt-handler";

  private FactsReader() {}

  /** Who writes these objects checks them, or an API server does. */
  private static void untold(String problem) {}

  static ClusterFacts facts(NodeObjects objects) {
    Optional<KubeVirt> kubeVirt =
        objects.kubeVirts().stream()
            .map(object -> ObjectReader.kubeVirt(object, FactsReader::untold))
            .min(Comparator.comparing(KubeVirt::namespace).thenComparing(KubeVirt::name));
    Optional<ObjectNode> node = objects.node();
    return new ClusterFacts(
        objects.profiles().map(FactsReader::data).orElse(Map.of()),
        kubeVirt.map(it ->
            new KubeVirtFacts(
                it.namespace(), it.permitted(), it.version(), it.allowsHostDevices())),
        kubeVirt.flatMap(it -> virtHandler(objects.pods(), it.namespace())),
        node.map(object -> ObjectReader.node(object, FactsReader::untold).allocatable())
            .orElseGet(TreeMap::new),
        node.map(FactsReader::marks),
        node.map(object -> annotation(object, Restarted.ANNOTATION)).flatMap(Restarted::parse));
  }

  private static Map<String, String> data(ObjectNode configMap) {
    Map<String, String> data = new HashMap<>();
    configMap
        .path("data")
        .properties()
        .forEach(entry -> data.put(entry.getKey(), entry.getValue().asText("")));
    return data;
  }

  static NodeMarks marks(JsonNode node) {
    Node read = ObjectReader.node(node, FactsReader::untold);
    return new NodeMarks(annotation(node, Keys.INVENTORY), read.profiles());
  }

  private static String annotation(JsonNode object, String name) {
    return object.path("metadata").path("annotations").path(name).asText("");
  }

  /** The pods that may have devices; one that is gone has none. */
  static List<NodePod> pods(List<ObjectNode> pods) {
    return pods.stream().map(FactsReader::pod).toList();
  }

  private static NodePod pod(ObjectNode pod) {
    String phase = pod.path("status").path("phase").asText("");
    return new NodePod(
        ObjectReader.namespace(pod),
        ObjectReader.name(pod),
        phase.equals("Succeeded") || phase.equals("Failed"),
        virtualMachine(pod),
        PodDevices.of(pod, FactsReader::untold));
  }

  private static Optional<String> virtualMachine(ObjectNode pod) {
    JsonNode metadata = pod.path("metadata");
    String label = metadata.path("labels").path(VM_LABEL).asText("");
    if (!label.isEmpty()) {
      return Optional.of(label);
    }
    return metadata
        .path("ownerReferences")
        .valueStream()
        .filter(owner -> owner.path("kind").asText("").equals("VirtualMachineInstance"))
        .map(owner -> owner.path("name").asText(""))
        .findFirst();
  }

  private static Optional<VirtHandler> virtHandler(List<ObjectNode> pods, String namespace) {
    return pods.stream()
        .filter(pod -> ObjectReader.namespace(pod).equals(namespace))
        .filter(pod ->
            VIRT_HANDLER.equals(
                pod.path("metadata").path("labels").path(COMPONENT_LABEL).asText("")))
        .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
        .map(pod ->
            new VirtHandler(
                namespace,
                ObjectReader.name(pod),
                pod.path("metadata").path("uid").asText(""),
                started(pod)))
        .findFirst();
  }

  private static Optional<Instant> started(ObjectNode pod) {
    return pod.path("status")
        .path("containerStatuses")
        .valueStream()
        .map(status -> status.path("state").path("running").path("startedAt").asText(""))
        .flatMap(text -> time(text).stream())
        .max(Comparator.naturalOrder());
  }

  static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
