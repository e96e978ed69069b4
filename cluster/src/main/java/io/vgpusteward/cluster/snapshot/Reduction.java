package io.vgpusteward.cluster.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reduces objects to what the rules read and what is not secret: what stays is in {@code
 * kept.yaml}, and nothing else stays. Of a Secret nothing does, nor of a Lease, whose time is over
 * when somebody reads it.
 */
public final class Reduction {
  private static final String KEPT = "kept.yaml";
  private static final Map<ObjectKind, Shape> SHAPES = shapes();

  private Reduction() {}

  /** The kinds of which something is kept: all but Secrets and Leases. */
  public static boolean keeps(ObjectKind kind) {
    return SHAPES.containsKey(kind);
  }

  /**
   * What is kept of an object; the object itself is left alone.
   *
   * @param kind of the object, which lists need not say
   * @throws IllegalArgumentException for a kind of which nothing is kept
   */
  public static ObjectNode reduce(ObjectKind kind, ObjectNode object) {
    Shape shape = SHAPES.get(kind);
    if (shape == null) {
      throw new IllegalArgumentException("nothing is kept of a " + kind.kind());
    }
    String group = kind.group().isEmpty() ? "" : kind.group() + "/";
    ObjectNode reduced = JsonNodeFactory.instance.objectNode();
    reduced.put("apiVersion", object.path("apiVersion").asText(group + kind.versions().getFirst()));
    reduced.put("kind", kind.kind());
    shape
        .reduce(object)
        .ifPresent(members ->
            members.properties().stream()
                .filter(member -> !reduced.has(member.getKey()))
                .forEach(member -> reduced.set(member.getKey(), member.getValue())));
    return reduced;
  }

  /** Whether something in the object, at any depth, has taken the place of a secret. */
  public static boolean isReduced(JsonNode object) {
    if (object.isTextual()) {
      return Shape.PLACEHOLDERS.contains(object.textValue());
    }
    for (JsonNode member : object) {
      if (isReduced(member)) {
        return true;
      }
    }
    return false;
  }

  private static Map<ObjectKind, Shape> shapes() {
    JsonNode forms = forms();
    Map<ObjectKind, Shape> shapes = new EnumMap<>(ObjectKind.class);
    for (ObjectKind kind : ObjectKind.values()) {
      if (kind != ObjectKind.SECRET) {
        Optional.ofNullable(forms.get(kind.kind()))
            .ifPresent(form -> shapes.put(kind, Shape.of(form)));
      }
    }
    return shapes;
  }

  /** What {@code kept.yaml} says. */
  static JsonNode forms() {
    try (InputStream in = Reduction.class.getResourceAsStream(KEPT)) {
      if (in == null) {
        throw new IllegalStateException("no " + KEPT);
      }
      return Manifests.read(KEPT, in).getFirst().object();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
