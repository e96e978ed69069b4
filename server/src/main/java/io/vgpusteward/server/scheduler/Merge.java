package io.vgpusteward.server.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.server.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Puts our extender into somebody's configuration, and leaves all else of it as it is. */
final class Merge {
  private final ObjectNode root;
  private final List<String> changes = new ArrayList<>();

  /** Works on a copy. */
  Merge(ObjectNode configuration) {
    root = configuration.deepCopy();
  }

  /** The configuration as it is by now. */
  ObjectNode configuration() {
    return root;
  }

  /** What was changed, for people: fields without their values, which may be keys. */
  List<String> changes() {
    return List.copyOf(changes);
  }

  /**
   * Puts the block in the place of the first extender of ours, or at the end; others of ours go.
   *
   * @throws ConfigurationException where {@code extenders} is something else than a list
   */
  void extender(ObjectNode block) {
    JsonNode found = root.path("extenders");
    if (!found.isArray() && !found.isMissingNode() && !found.isNull()) {
      throw new ConfigurationException("--merge: extenders is not a list");
    }
    ArrayNode extenders = found instanceof ArrayNode list ? list : root.putArray("extenders");
    boolean isIn = false;
    for (int i = 0; i < extenders.size(); i++) {
      String path = "extenders[" + i + "]";
      if (!ExtenderBlock.isOurs(extenders.get(i))) {
        continue;
      }
      if (isIn) {
        changes.add(path + ": removed, it was vgpu-steward once more");
        extenders.remove(i--);
        continue;
      }
      isIn = true;
      Set<String> different = different(extenders.get(i), block);
      if (!different.isEmpty()) {
        changes.add(path + ": replaced, in " + String.join(", ", different));
        extenders.set(i, block);
      }
    }
    if (!isIn) {
      changes.add("extenders[" + extenders.size() + "]: added");
      extenders.add(block);
    }
  }

  private static Set<String> different(JsonNode before, JsonNode after) {
    Set<String> names = new TreeSet<>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    // As text: a number that was read is of another class than one that was made.
    names.removeIf(name -> before.path(name).toString().equals(after.path(name).toString()));
    return names;
  }

  /**
   * Sets the share of nodes that the scheduler looks at.
   *
   * @throws ConfigurationException where the scheduler has no profile
   */
  void percentage(String schedulerName, int percentage) {
    Profiles profiles = new Profiles(Place.root(root));
    Place profile =
        profiles
            .named(schedulerName)
            .orElseThrow(() ->
                new ConfigurationException(
                    "--node-percentage: the file has no profile for "
                        + schedulerName
                        + ", only for "
                        + String.join(", ", profiles.names())
                        + "; name one of these by --scheduler-name"));
    Place field = profile.at("percentageOfNodesToScore");
    if (field.number() != percentage && profile.node() instanceof ObjectNode object) {
      object.put("percentageOfNodesToScore", percentage);
      changes.add(field.path() + ": set to " + percentage);
    }
  }
}
