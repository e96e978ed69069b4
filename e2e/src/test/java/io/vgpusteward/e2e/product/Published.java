package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the agent of a node has made known of it: its VgpuNode, its Node, Events and its Lease. */
final class Published {
  private static final String LABEL = "profile.vgpu-steward.io/";

  private final Rig rig;
  private final String node;

  Published(Rig rig, String node) {
    this.rig = rig;
    this.node = node;
  }

  /** The status of the VgpuNode; missing where there is none. */
  JsonNode status() {
    return rig.api()
        .get("/apis/vgpu-steward.io/v1alpha1/vgpunodes?fieldSelector=metadata.name=" + node)
        .path("items")
        .path(0)
        .path("status");
  }

  private Stream<JsonNode> vfs() {
    return status().path("gpus").valueStream().flatMap(gpu -> gpu.path("vfs").valueStream());
  }

  /** One virtual function. */
  JsonNode vf(String busId) {
    return vfs()
        .filter(vf -> vf.path("busId").asText().equals(busId))
        .findFirst()
        .orElseGet(MissingNode::getInstance);
  }

  /** What virtual functions carry and how they are: {@code 0000:41:00.4 -> L40S-24Q Settled}. */
  Map<String, String> vfsInWords() {
    Map<String, String> words = new TreeMap<>();
    vfs()
        .forEach(vf ->
            words.put(
                vf.path("busId").asText(),
                vf.path("current").asText("none") + " " + vf.path("state").asText()));
    return words;
  }

  /** Waits until virtual functions are so, others aside. */
  void await(Map<String, String> expected) {
    Wait.untilAsserted(
        node + " has " + expected,
        () -> assertThat(vfsInWords()).as(status().toString()).containsAllEntriesOf(expected));
  }

  /** A condition as {@code False ScannedTooEarly: why}. */
  String condition(String type) {
    return status()
        .path("conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asText().equals(type))
        .map(condition ->
            condition.path("status").asText()
                + " "
                + condition.path("reason").asText()
                + ": "
                + condition.path("message").asText())
        .findFirst()
        .orElse("");
  }

  /** Waits until a condition has all of these parts. */
  void awaitCondition(String type, String... parts) {
    Wait.untilAsserted(type + " of " + node, () -> assertThat(condition(type)).contains(parts));
  }

  private JsonNode metadata() {
    return rig.api().get("/api/v1/nodes/" + node).path("metadata");
  }

  /** The profiles that the Node is labelled with. */
  Set<String> labels() {
    Set<String> labels = new TreeSet<>();
    metadata()
        .path("labels")
        .fieldNames()
        .forEachRemaining(label -> {
          if (label.startsWith(LABEL)) {
            labels.add(label.substring(LABEL.length()));
          }
        });
    return labels;
  }

  void awaitLabels(String... profiles) {
    Wait.untilAsserted(
        "labels of " + node,
        () -> assertThat(labels()).as(status().toString()).containsExactlyInAnyOrder(profiles));
  }

  /** An annotation of the Node, empty for none. */
  String annotation(String name) {
    return metadata().path("annotations").path("vgpu-steward.io/" + name).asText("");
  }

  /** What was said about the Node by Events, {@code Warning Reason: message} each. */
  List<String> events() {
    return rig.api()
        .get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=" + node)
        .path("items")
        .valueStream()
        .filter(event -> event.path("reportingComponent").asText().equals("vgpu-steward-agent"))
        .map(event ->
            event.path("type").asText()
                + " "
                + event.path("reason").asText()
                + ": "
                + event.path("message").asText())
        .toList();
  }

  /** Whether there is a sign of life. */
  boolean isAlive() {
    return !rig.api()
        .get(
            "/apis/coordination.k8s.io/v1/namespaces/"
                + Product.NAMESPACE
                + "/leases?fieldSelector=metadata.name=vgpu-steward-agent-"
                + node)
        .path("items")
        .isEmpty();
  }
}
