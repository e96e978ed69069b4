package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.LastWords;
import io.vgpusteward.agent.NodeMarks;
import io.vgpusteward.agent.Publisher;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.advertised.Restarted;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.cluster.Keys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes as objects of the API: a Lease, a VgpuNode that goes when its Node does, and labels and
 * an annotation of the Node. For one thread.
 */
final class ClusterPublisher implements Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterPublisher.class);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int LEASE_SECONDS = 120;
  private static final int HASH_BYTES = 6;

  /** A watch is behind what was written; after this long it no longer is. */
  private static final Duration WATCH_LAG = Duration.ofSeconds(10);

  private final ObjectStore store;
  private final NodeObjects objects;
  private final String node;
  private final Place lease;
  private final InstantSource clock;
  private @Nullable JsonNode written;
  private Instant writtenAt = Instant.MIN;

  ClusterPublisher(
      ObjectStore store, NodeObjects objects, String node, String namespace, InstantSource clock) {
    this.store = store;
    this.objects = objects;
    this.node = node;
    this.lease = Place.lease(namespace, Keys.AGENT_LEASE_PREFIX + node);
    this.clock = clock;
  }

  @Override
  public LastWords last() throws InterruptedException {
    return store.get(Place.vgpuNode(node)).map(VgpuNodeJson::last).orElse(LastWords.none());
  }

  @Override
  public void heartbeat(Instant now) throws InterruptedException {
    ObjectNode object = object("coordination.k8s.io/v1", "Lease", lease.name());
    ObjectNode metadata = object.withObjectProperty("metadata");
    metadata.put("namespace", lease.namespace().orElseThrow());
    metadata.putObject("labels").put(Keys.HEARTBEAT, "true");
    owned(metadata);
    object
        .putObject("spec")
        .put("holderIdentity", node)
        .put("leaseDurationSeconds", LEASE_SECONDS)
        .put("renewTime", MICRO_TIME.format(now));
    store.apply(lease, object);
  }

  @Override
  public String report(NodeReport report) throws InterruptedException {
    ObjectNode status = VgpuNodeJson.status(report);
    ObjectNode object = object(Keys.GROUP + "/v1alpha1", "VgpuNode", node);
    ObjectNode whole = object.deepCopy();
    whole.set("status", status);
    Place place = Place.vgpuNode(node);
    Optional<ObjectNode> stored = store.applyStatus(place, whole);
    if (stored.isEmpty()) {
      owned(object.withObjectProperty("metadata"));
      store.apply(place, object);
      stored = store.applyStatus(place, whole);
    }
    written =
        stored
            .map(now -> now.path("status"))
            .orElseThrow(() -> new UnavailableException("the VgpuNode is gone again"));
    writtenAt = clock.instant();
    return hash(status.toString());
  }

  @Override
  public boolean isIntact() {
    JsonNode mine = written;
    return mine == null
        || clock.instant().isBefore(writtenAt.plus(WATCH_LAG))
        || objects.vgpuNode().filter(now -> now.path("status").equals(mine)).isPresent();
  }

  /** A few digits: it is compared with the one before it, and nothing else. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  @Override
  public void mark(NodeMarks marks) throws InterruptedException {
    ObjectNode object = object("v1", "Node", node);
    ObjectNode metadata = object.withObjectProperty("metadata");
    metadata.putObject("annotations").put(Keys.INVENTORY, marks.inventory());
    ObjectNode labels = metadata.putObject("labels");
    marks.profiles().forEach(profile -> labels.put(Keys.PROFILE_LABEL_PREFIX + profile, "true"));
    removeOthers(store.apply(Place.node(node), object), marks.profiles());
  }

  /** A label that somebody else has set stays when it is no longer applied. */
  private void removeOthers(ObjectNode stored, Set<String> profiles) throws InterruptedException {
    Set<String> others = new TreeSet<>();
    stored
        .path("metadata")
        .path("labels")
        .fieldNames()
        .forEachRemaining(label -> {
          if (label.startsWith(Keys.PROFILE_LABEL_PREFIX)
              && !profiles.contains(label.substring(Keys.PROFILE_LABEL_PREFIX.length()))) {
            others.add(label);
          }
        });
    if (!others.isEmpty()) {
      LOG.warn("removing labels of the Node that are not true: {}", others);
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      ObjectNode labels = patch.putObject("metadata").putObject("labels");
      others.forEach(labels::putNull);
      store.merge(Place.node(node), patch);
    }
  }

  @Override
  public void retract() throws InterruptedException {
    // The label first: it draws pods here. Without the Node there is nothing on it, and an apply
    // would make one.
    if (store.get(Place.node(node)).isPresent()) {
      removeOthers(store.apply(Place.node(node), object("v1", "Node", node)), Set.of());
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      patch
          .putObject("metadata")
          .putObject("annotations")
          .putNull(Keys.INVENTORY)
          .putNull(Restarted.ANNOTATION);
      store.merge(Place.node(node), patch);
    }
    store.delete(Place.vgpuNode(node));
    store.delete(lease);
  }

  private static ObjectNode object(String apiVersion, String kind, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", apiVersion).put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }

  /** Has it go when the Node goes, as far as the Node is known. */
  private void owned(ObjectNode metadata) {
    objects
        .node()
        .map(object -> object.path("metadata").path("uid").asText(""))
        .filter(uid -> !uid.isEmpty())
        .ifPresent(uid ->
            metadata
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", node)
                .put("uid", uid));
  }
}
