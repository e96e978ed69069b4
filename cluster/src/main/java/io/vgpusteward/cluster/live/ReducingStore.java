package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.state.ClusterState;
import io.vgpusteward.cluster.state.ViewPublisher;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an informer writes its objects to: they go on, reduced, into the {@link ClusterState} at
 * once, and only name and version stay here. An informer with such a store needs no handlers and
 * keeps no object.
 */
final class ReducingStore implements ItemStore<GenericKubernetesResource> {
  private static final Logger LOG = LoggerFactory.getLogger(ReducingStore.class);

  /** How many different complaints about malformed objects are remembered, so as not to repeat. */
  private static final int MAX_COMPLAINTS = 1000;

  private final ObjectKind kind;
  private final ClusterState state;
  private final ViewPublisher publisher;
  private final Function<GenericKubernetesResource, JsonNode> tree;
  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();

  ReducingStore(
      ObjectKind kind,
      ClusterState state,
      ViewPublisher publisher,
      Function<GenericKubernetesResource, JsonNode> tree) {
    this.kind = kind;
    this.state = state;
    this.publisher = publisher;
    this.tree = tree;
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    publisher.publish(
        state.put(kind, tree.apply(object), problem -> complain(key + ": " + problem)));
    String version = object.getMetadata().getResourceVersion();
    return stub(key, versions.put(key, version == null ? "" : version));
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    String version = versions.remove(key);
    if (version != null) {
      publisher.publish(state.remove(kind, namespace(key), name(key)));
    }
    return stub(key, version);
  }

  @Override
  public Stream<String> keySet() {
    return versions.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return versions.entrySet().stream().map(entry -> present(entry.getKey(), entry.getValue()));
  }

  @Override
  public int size() {
    return versions.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return stub(key, versions.get(key));
  }

  /** Takes all objects away, without an informer. */
  void clear() {
    versions.keySet().forEach(this::remove);
  }

  /** Tells the informer that what it gets back is not what it put. */
  @Override
  public boolean isFullState() {
    return false;
  }

  private void complain(String problem) {
    if (complaints.size() < MAX_COMPLAINTS && complaints.add(problem)) {
      LOG.warn("{} {}", kind.kind(), problem);
    }
  }

  private static @Nullable GenericKubernetesResource stub(String key, @Nullable String version) {
    return version == null ? null : present(key, version);
  }

  private static GenericKubernetesResource present(String key, String version) {
    GenericKubernetesResource stub = new GenericKubernetesResource();
    ObjectMetaBuilder metadata =
        new ObjectMetaBuilder().withName(name(key)).withResourceVersion(version);
    if (key.indexOf('/') >= 0) {
      metadata.withNamespace(namespace(key));
    }
    stub.setMetadata(metadata.build());
    return stub;
  }

  private static String namespace(String key) {
    return key.substring(0, Math.max(0, key.indexOf('/')));
  }

  private static String name(String key) {
    return key.substring(key.indexOf('/') + 1);
  }
}
