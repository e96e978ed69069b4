package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.kube.AccessException;
import io.vgpusteward.agent.kube.KubeApi;
import io.vgpusteward.agent.kube.KubeException;
import java.util.Optional;

/** Objects of an API server. */
final class LiveStore implements ObjectStore {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final KubeApi api;

  LiveStore(KubeApi api) {
    this.api = api;
  }

  private interface Call<T> {
    T run() throws InterruptedException;
  }

  /** What the agent knows how to bear. */
  private static <T> T calling(Call<T> call) throws InterruptedException {
    try {
      return call.run();
    } catch (KubeException | AccessException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Optional<ObjectNode> get(Place place) throws InterruptedException {
    return calling(() -> api.get(place.path()));
  }

  @Override
  public ObjectNode apply(Place place, ObjectNode object) throws InterruptedException {
    return calling(() -> api.apply(place.path(), object));
  }

  @Override
  public Optional<ObjectNode> applyStatus(Place place, ObjectNode object)
      throws InterruptedException {
    return calling(() -> {
      try {
        return Optional.of(api.apply(place.path() + "/status", object));
      } catch (KubeException e) {
        if (e.status() == NOT_FOUND) {
          return Optional.empty();
        }
        throw e;
      }
    });
  }

  @Override
  public void merge(Place place, ObjectNode patch) throws InterruptedException {
    calling(() -> api.merge(place.path(), patch));
  }

  @Override
  public boolean create(Place place, ObjectNode object) throws InterruptedException {
    return calling(() -> {
      try {
        api.create(place.collection(), object);
        return true;
      } catch (KubeException e) {
        if (e.status() == CONFLICT) {
          return false;
        }
        throw e;
      }
    });
  }

  @Override
  public boolean delete(Place place) throws InterruptedException {
    return calling(() -> api.delete(place.path()));
  }

  @Override
  public boolean delete(Place place, String uid) throws InterruptedException {
    return calling(() -> {
      try {
        return api.delete(place.path(), uid);
      } catch (KubeException e) {
        if (e.status() == CONFLICT) {
          return false;
        }
        throw e;
      }
    });
  }

  @Override
  public void close() {
    api.close();
  }
}
