package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.EventTarget;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends Events to {@code .vgpu-steward/events.yaml}; one that equals the last is counted there.
 * The file keeps the newest 64 to 128 KiB.
 */
final class FileEventSink implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(FileEventSink.class);
  private static final int MAX_CHARACTERS = 128 << 10;
  private static final String EVENTS = "events.yaml";
  private static final String SEPARATOR = "---\n";

  private final StoreFolder store;
  private final InstantSource clock;

  FileEventSink(StoreFolder store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void record(EventTarget target, Type type, String reason, String note) {
    try {
      store.locked(() -> {
        append(event(target, type, reason, note));
        return true;
      });
    } catch (ClusterException e) {
      LOG.warn("Event {} on {} is lost: {}", reason, target, e.getMessage());
    }
  }

  private void append(ObjectNode event) throws IOException {
    Path file = store.resolve(EVENTS);
    String text = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    if (text.length() > MAX_CHARACTERS) {
      int cut = text.indexOf("\n" + SEPARATOR, text.length() - MAX_CHARACTERS / 2);
      text = cut < 0 ? "" : text.substring(cut + 1);
    }
    int last = lastDocument(text);
    if (last >= 0) {
      List<Manifest> before = parse(text.substring(last));
      if (before.size() == 1 && isSame(before.getFirst().object(), event)) {
        ObjectNode counted = before.getFirst().object();
        counted.put("count", counted.path("count").asInt(1) + 1);
        counted.set("lastTimestamp", event.get("lastTimestamp"));
        event = counted;
        text = text.substring(0, last);
      }
    }
    store.write(store.resolve(), EVENTS, text + SEPARATOR + ManifestWriter.write(event));
  }

  private static int lastDocument(String text) {
    int found = text.lastIndexOf("\n" + SEPARATOR);
    return found >= 0 ? found + 1 : text.startsWith(SEPARATOR) ? 0 : -1;
  }

  private static List<Manifest> parse(String document) {
    return Manifests.read(
        EVENTS, new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isSame(ObjectNode before, ObjectNode event) {
    return List.of("involvedObject", "type", "reason", "message").stream()
        .allMatch(field -> before.path(field).equals(event.path(field)));
  }

  private ObjectNode event(EventTarget target, Type type, String reason, String note) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("name", target.name() + "." + Long.toHexString(clock.instant().toEpochMilli()))
        .put("namespace", target.namespace());
    event
        .putObject("involvedObject")
        .put("apiVersion", "kubevirt.io/v1")
        .put("kind", target.kind())
        .put("name", target.name())
        .put("namespace", target.namespace())
        .put("uid", target.uid());
    return event
        .put("type", type.name())
        .put("reason", reason)
        .put("message", note)
        .put("count", 1)
        .put("firstTimestamp", now)
        .put("lastTimestamp", now);
  }
}
