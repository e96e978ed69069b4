package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.file.OwnObjects;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Objects in the folder {@code .vgpu-steward} of a folder that is a cluster. Of an object that is
 * the user's, as a Node, only what is applied to it is there.
 */
final class FolderStore implements ObjectStore {
  private final OwnObjects objects;

  FolderStore(Path folder) {
    objects = new OwnObjects(folder);
  }

  private static <T> T calling(Supplier<T> call) {
    try {
      return call.get();
    } catch (ClusterException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<ObjectNode> get(Place place) {
    return calling(() -> objects.get(place.plural(), place.name()));
  }

  @Override
  public ObjectNode apply(Place place, ObjectNode object) {
    return calling(() -> {
      ObjectNode next = object.deepCopy();
      objects
          .get(place.plural(), place.name())
          .map(before -> before.get("status"))
          .ifPresent(status -> next.set("status", status));
      return put(place, next);
    });
  }

  @Override
  public Optional<ObjectNode> applyStatus(Place place, ObjectNode object) {
    return calling(() ->
        objects
            .get(place.plural(), place.name())
            .map(before -> {
              before.set("status", object.get("status"));
              return put(place, before);
            }));
  }

  @Override
  public void merge(Place place, ObjectNode patch) {
    calling(() ->
        objects.get(place.plural(), place.name()).map(before -> put(place, merged(before, patch))));
  }

  /** RFC 7386. */
  private static ObjectNode merged(ObjectNode object, ObjectNode patch) {
    Iterator<Map.Entry<String, JsonNode>> fields = patch.properties().iterator();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (field.getValue().isNull()) {
        object.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode inner) {
        object.set(field.getKey(), merged(object.withObjectProperty(field.getKey()), inner));
      } else {
        object.set(field.getKey(), field.getValue());
      }
    }
    return object;
  }

  @Override
  public boolean create(Place place, ObjectNode object) {
    return calling(() -> {
      if (objects.get(place.plural(), place.name()).isPresent()) {
        return false;
      }
      put(place, object);
      return true;
    });
  }

  private ObjectNode put(Place place, ObjectNode object) {
    objects.put(place.plural(), place.name(), object);
    return object;
  }

  @Override
  public boolean delete(Place place) {
    return calling(() -> objects.delete(place.plural(), place.name()));
  }

  @Override
  public boolean delete(Place place, String uid) {
    // What has a uid here is the user's, in the user's files.
    return false;
  }

  @Override
  public void close() {
    // There is nothing open.
  }
}
