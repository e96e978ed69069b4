package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.EventLog;
import io.vgpusteward.agent.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on a Node, in the namespace and with the uid by which {@code kubectl describe node} finds
 * them: {@code default}, and the Node's name, as the kubelet writes its own. An Event's name is
 * made from what it says, so that one that is said again, after a restart too, is counted.
 */
final class NodeEvents implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);
  private static final String NAMESPACE = "default";
  private static final String COMPONENT = "vgpu-steward-agent";
  private static final int MOST = 1024;
  private static final int MAX_NAME = 200;

  private final ObjectStore store;
  private final String node;
  private final InstantSource clock;

  NodeEvents(ObjectStore store, String node, InstantSource clock) {
    this.store = store;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public void record(boolean warning, String reason, String note) throws InterruptedException {
    String message = note.length() > MOST ? note.substring(0, MOST - 1) + "…" : note;
    ObjectNode event = event(warning, reason, message);
    Place place = Place.event(NAMESPACE, event.path("metadata").path("name").asText());
    try {
      if (!store.create(place, event)) {
        Optional<ObjectNode> stored = store.get(place);
        int count = stored.map(before -> before.path("count").asInt(1)).orElse(1);
        ObjectNode patch = JsonNodeFactory.instance.objectNode().put("count", count + 1);
        patch.set("lastTimestamp", event.get("lastTimestamp"));
        store.merge(place, patch);
      }
    } catch (UnavailableException e) {
      LOG.warn("Event {} is lost: {}", reason, e.getMessage());
    }
  }

  private ObjectNode event(boolean warning, String reason, String message) {
    String type = warning ? "Warning" : "Normal";
    String said = type + "\n" + reason + "\n" + message;
    String hash = UUID.nameUUIDFromBytes(said.getBytes(StandardCharsets.UTF_8)).toString();
    String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("name", node.substring(0, Math.min(MAX_NAME, node.length())) + "." + hash)
        .put("namespace", NAMESPACE);
    event
        .putObject("involvedObject")
        .put("apiVersion", "v1")
        .put("kind", "Node")
        .put("name", node)
        .put("uid", node);
    event.putObject("source").put("component", COMPONENT).put("host", node);
    return event
        .put("reportingComponent", COMPONENT)
        .put("reportingInstance", node)
        .put("type", type)
        .put("reason", reason)
        .put("message", message)
        .put("count", 1)
        .put("firstTimestamp", time)
        .put("lastTimestamp", time);
  }
}
