package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and edits a JSON object by paths of member names, with errors that name the field.
 *
 * <p>A member that is absent and one that is {@code null} are the same. A member of another type
 * than the caller expects is a {@link RefusedException} of code 400.
 */
public final class JsonTree {
  private final ObjectNode root;

  public JsonTree(ObjectNode root) {
    this.root = root;
  }

  public ObjectNode root() {
    return root;
  }

  /** The object at the path, if there is one. */
  public Optional<ObjectNode> object(List<String> path) {
    ObjectNode node = root;
    for (int depth = 0; depth < path.size(); depth++) {
      JsonNode child = node.get(path.get(depth));
      if (isAbsent(child)) {
        return Optional.empty();
      }
      if (!(child instanceof ObjectNode object)) {
        throw RefusedException.malformed(dotted(path.subList(0, depth + 1)), "an object");
      }
      node = object;
    }
    return Optional.of(node);
  }

  /** The object at the path, made with its parents where it is missing. */
  public ObjectNode ensureObject(List<String> path) {
    Optional<ObjectNode> found = object(path);
    if (found.isPresent()) {
      return found.get();
    }
    return ensureObject(parent(path)).putObject(last(path));
  }

  /** The list at the path, if there is one. */
  public Optional<ArrayNode> array(List<String> path) {
    return member(path)
        .map(node -> {
          if (node instanceof ArrayNode array) {
            return array;
          }
          throw RefusedException.malformed(dotted(path), "a list");
        });
  }

  /** The list at the path, made with its parents where it is missing. */
  public ArrayNode ensureArray(List<String> path) {
    Optional<ArrayNode> found = array(path);
    if (found.isPresent()) {
      return found.get();
    }
    return ensureObject(parent(path)).putArray(last(path));
  }

  /** The objects in the list at the path; none where there is no list. */
  public List<ObjectNode> objects(List<String> path) {
    List<ObjectNode> result = new ArrayList<>();
    array(path).ifPresent(array -> array.forEach(item -> result.add(asObject(item, path))));
    return result;
  }

  /** The string at the path, if there is one. */
  public Optional<String> text(List<String> path) {
    return member(path)
        .map(node -> {
          if (node.isTextual()) {
            return node.textValue();
          }
          throw RefusedException.malformed(dotted(path), "a string");
        });
  }

  /**
   * Removes the member at the path, and then each parent that is empty for it, except the first
   * {@code keep} members of the path.
   */
  public void removeAndPrune(List<String> path, int keep) {
    for (int depth = path.size(); depth > keep; depth--) {
      List<String> current = path.subList(0, depth);
      Optional<ObjectNode> holder = object(parent(current));
      if (holder.isEmpty()) {
        return;
      }
      holder.get().remove(last(current));
      if (!holder.get().isEmpty()) {
        return;
      }
    }
  }

  /** The path as Kubernetes writes it: {@code spec.template.spec}. */
  public static String dotted(List<String> path) {
    return String.join(".", path);
  }

  public static boolean isAbsent(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  /** The path with one more member. */
  public static List<String> child(List<String> path, String... names) {
    List<String> result = new ArrayList<>(path);
    result.addAll(List.of(names));
    return List.copyOf(result);
  }

  private Optional<JsonNode> member(List<String> path) {
    return object(parent(path)).map(holder -> holder.get(last(path))).filter(n -> !isAbsent(n));
  }

  private static ObjectNode asObject(JsonNode item, List<String> path) {
    if (item instanceof ObjectNode object) {
      return object;
    }
    throw RefusedException.malformed(dotted(path) + "[]", "an object");
  }

  private static List<String> parent(List<String> path) {
    return path.subList(0, path.size() - 1);
  }

  private static String last(List<String> path) {
    return path.get(path.size() - 1);
  }
}
