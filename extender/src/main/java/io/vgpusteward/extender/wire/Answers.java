package io.vgpusteward.extender.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.vgpusteward.extender.wire.PreemptionArgs.Victims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;

/** Answers to kube-scheduler, as bytes of JSON in UTF-8. Keys without a value are left out. */
public final class Answers {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Answers() {}

  /**
   * {@code ExtenderFilterResult} with nodes, in the form in which they were asked for.
   *
   * @param passed some of the candidates
   * @param refused why the others are refused, whatever is evicted from them: {@code
   *     FailedAndUnresolvableNodes}, since for {@code FailedNodes} the scheduler would try to evict
   *     where nothing is in the way
   */
  public static byte[] filtered(
      Candidates candidates, Collection<String> passed, Map<String, String> refused) {
    return write(json -> {
      json.writeStartObject();
      if (candidates.areFull()) {
        json.writeObjectFieldStart("Nodes");
        json.writeArrayFieldStart("items");
        for (String name : passed) {
          json.writeRawValue(candidates.json(name).orElseThrow());
        }
        json.writeEndArray();
        json.writeEndObject();
      } else {
        json.writeArrayFieldStart("NodeNames");
        for (String name : passed) {
          json.writeString(name);
        }
        json.writeEndArray();
      }
      json.writeObjectFieldStart("FailedAndUnresolvableNodes");
      for (Map.Entry<String, String> one : refused.entrySet()) {
        json.writeStringField(one.getKey(), one.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  /**
   * {@code ExtenderFilterResult} with an error: the pod stays pending, and its condition says it.
   */
  public static byte[] filterError(String message) {
    return write(json -> {
      json.writeStartObject();
      json.writeStringField("Error", message);
      json.writeEndObject();
    });
  }

  /** {@code HostPriorityList}. */
  public static byte[] scored(Map<String, Integer> scores) {
    return write(json -> {
      json.writeStartArray();
      for (Map.Entry<String, Integer> one : scores.entrySet()) {
        json.writeStartObject();
        json.writeStringField("Host", one.getKey());
        json.writeNumberField("Score", one.getValue());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  /**
   * {@code ExtenderPreemptionResult}. It has no place for an error: an empty one evicts nobody.
   *
   * @param victims none of the lists may be empty, or the scheduler gives up on all nodes
   */
  public static byte[] preempting(Map<String, Victims> victims) {
    return write(json -> {
      json.writeStartObject();
      json.writeObjectFieldStart("NodeNameToMetaVictims");
      for (Map.Entry<String, Victims> one : victims.entrySet()) {
        json.writeObjectFieldStart(one.getKey());
        json.writeArrayFieldStart("Pods");
        for (String uid : one.getValue().uids()) {
          json.writeStartObject();
          json.writeStringField("UID", uid);
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("NumPDBViolations", one.getValue().disruptions());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] write(Content content) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
      try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
        content.write(json);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }
}
