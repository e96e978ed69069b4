package io.vgpusteward.server.agent;

import io.vgpusteward.cluster.Keys;
import java.util.Optional;

/**
 * Where an object is in the API.
 *
 * @param api {@code /api/v1}, or {@code /apis/<group>/<version>}
 * @param namespace empty for objects that are in none
 */
record Place(String api, Optional<String> namespace, String plural, String name) {
  static final String VGPU_NODES_API = "/apis/" + Keys.GROUP + "/v1alpha1";

  static Place node(String name) {
    return new Place("/api/v1", Optional.empty(), "nodes", name);
  }

  static Place vgpuNode(String name) {
    return new Place(VGPU_NODES_API, Optional.empty(), "vgpunodes", name);
  }

  static Place lease(String namespace, String name) {
    return new Place("/apis/coordination.k8s.io/v1", Optional.of(namespace), "leases", name);
  }

  static Place event(String namespace, String name) {
    return new Place("/api/v1", Optional.of(namespace), "events", name);
  }

  static Place pod(String namespace, String name) {
    return new Place("/api/v1", Optional.of(namespace), "pods", name);
  }

  String collection() {
    return api + namespace.map(name -> "/namespaces/" + name).orElse("") + "/" + plural;
  }

  String path() {
    return collection() + "/" + name;
  }
}
