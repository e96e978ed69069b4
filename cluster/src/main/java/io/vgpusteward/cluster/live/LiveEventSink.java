package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.EventTarget;
import io.vgpusteward.cluster.object.Names;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records core {@code v1} Events, which {@code kubectl describe} counts and shows best ({@code x5
 * over 10m}) and which KubeVirt itself writes.
 *
 * <p>An Event's name is made from what it says, so that equal ones, of another replica or of before
 * a restart too, are one object with a count. A new one is one request; repetitions are added up
 * and written at most every five minutes.
 */
final class LiveEventSink implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(LiveEventSink.class);
  private static final Duration REPEAT_AFTER = Duration.ofMinutes(5);
  private static final int REMEMBERED = 4096;
  private static final int MAX_NOTE = 1024;
  private static final int MAX_NAME = 200;

  private record Said(String uid, String reason, String note) {}

  private static final class Tally {
    private Instant written = Instant.MIN;
    private int unwritten;
  }

  private final Api api;
  private final InstantSource clock;
  private final String instance;
  private final Map<Said, Tally> tallies =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Said, Tally> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * A sink.
   *
   * @param instance this process, for {@code reportingInstance}
   */
  LiveEventSink(Api api, InstantSource clock, String instance) {
    this.api = api;
    this.clock = clock;
    this.instance = instance;
  }

  @Override
  public void record(EventTarget target, Type type, String reason, String note) {
    String message = note.length() > MAX_NOTE ? note.substring(0, MAX_NOTE - 1) + "…" : note;
    Instant now = clock.instant();
    Optional<Integer> count = due(new Said(target.uid(), reason, message), now);
    if (count.isEmpty()) {
      return;
    }
    try {
      Names.check(target.namespace(), target.name());
      write(event(target, type, reason, message, now), count.get());
    } catch (ClusterException e) {
      LOG.warn("Event {} on {} is lost: {}", reason, target, e.getMessage());
    }
  }

  /** How many to write now; empty where it is too early. */
  private Optional<Integer> due(Said said, Instant now) {
    synchronized (tallies) {
      Tally tally = tallies.computeIfAbsent(said, key -> new Tally());
      tally.unwritten++;
      if (!tally.written.equals(Instant.MIN) && now.isBefore(tally.written.plus(REPEAT_AFTER))) {
        return Optional.empty();
      }
      tally.written = now;
      int count = tally.unwritten;
      tally.unwritten = 0;
      return Optional.of(count);
    }
  }

  private void write(ObjectNode event, int count) {
    String events = "/api/v1/namespaces/" + event.at("/metadata/namespace").asText() + "/events";
    String path = events + "/" + event.at("/metadata/name").asText();
    event.put("count", count);
    try {
      api.post(events, event);
    } catch (Api.Refused e) {
      if (e.code() != 409) {
        throw e;
      }
      // It is there: from before, or from another replica. Lost races cost a count, nothing else.
      Optional<ObjectNode> stored = api.get(path);
      if (stored.isPresent()) {
        ObjectNode counted = stored.get();
        counted.put("count", counted.path("count").asInt(1) + count);
        counted.set("lastTimestamp", event.get("lastTimestamp"));
        api.put(path, counted);
      }
    }
  }

  private ObjectNode event(
      EventTarget target, Type type, String reason, String message, Instant now) {
    String said =
        target.kind() + "\n" + target.uid() + "\n" + type + "\n" + reason + "\n" + message;
    String hash = UUID.nameUUIDFromBytes(said.getBytes(StandardCharsets.UTF_8)).toString();
    String stem = target.name().substring(0, Math.min(MAX_NAME, target.name().length()));
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", stem + "." + hash).put("namespace", target.namespace());
    event
        .putObject("involvedObject")
        .put("apiVersion", "kubevirt.io/v1")
        .put("kind", target.kind())
        .put("name", target.name())
        .put("namespace", target.namespace())
        .put("uid", target.uid());
    event.putObject("source").put("component", "vgpu-steward");
    return event
        .put("reportingComponent", "vgpu-steward")
        .put("reportingInstance", instance)
        .put("type", type.name())
        .put("reason", reason)
        .put("message", message)
        .put("firstTimestamp", time)
        .put("lastTimestamp", time);
  }
}
