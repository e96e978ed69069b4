package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.kube.AccessException;
import io.vgpusteward.agent.kube.Followed;
import io.vgpusteward.agent.kube.Followed.Collection;
import io.vgpusteward.agent.kube.KubeApi;
import io.vgpusteward.agent.kube.KubeException;
import io.vgpusteward.agent.kube.Pace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The objects as an API server has them, by five watches. All but KubeVirt's CRs are asked for by a
 * name, or by the node's, which an API server has an index of.
 */
final class LiveNodeObjects implements NodeObjects {
  private static final String PROFILES = "the ConfigMap of profiles";
  private static final String KUBEVIRTS = "KubeVirt";
  private static final String NODE = "the Node";
  private static final String VGPU_NODE = "the VgpuNode";
  private static final String PODS = "the node's pods";

  private final KubeApi api;
  private final Collection pods;
  private final Map<String, Followed> followed = new LinkedHashMap<>();

  /**
   * Begins to follow them.
   *
   * @param namespace where the ConfigMap is
   * @param onChange called after each change; it must not block
   */
  LiveNodeObjects(
      KubeApi api, String node, String namespace, String configMap, Runnable onChange, Pace pace) {
    this.api = api;
    this.pods = new Collection("/api/v1/pods", "fieldSelector=spec.nodeName%3D" + node + "&");
    follow(
        PROFILES,
        named("/api/v1/namespaces/" + namespace + "/configmaps", configMap),
        LiveNodeObjects::whole,
        onChange,
        pace);
    follow(
        KUBEVIRTS,
        new Collection("/apis/kubevirt.io/v1/kubevirts", ""),
        LiveNodeObjects::whole,
        onChange,
        pace);
    follow(NODE, named("/api/v1/nodes", node), Reduced::node, onChange, pace);
    follow(
        VGPU_NODE,
        named(Place.VGPU_NODES_API + "/vgpunodes", node),
        LiveNodeObjects::whole,
        () -> {},
        pace);
    follow(PODS, pods, Reduced::pod, onChange, pace);
  }

  private static void whole(ObjectNode object) {}

  private static Collection named(String path, String name) {
    return new Collection(path, "fieldSelector=metadata.name%3D" + name + "&");
  }

  private void follow(
      String what,
      Collection collection,
      Consumer<ObjectNode> reduce,
      Runnable onChange,
      Pace pace) {
    followed.put(what, Followed.start(api, collection, reduce, onChange, pace));
  }

  private List<ObjectNode> of(String what) {
    return Objects.requireNonNull(followed.get(what)).objects();
  }

  @Override
  public List<String> missing() {
    return followed.entrySet().stream()
        .filter(entry -> !entry.getValue().isSynced())
        .map(entry ->
            entry.getKey() + entry.getValue().problem().map(words -> " (" + words + ")").orElse(""))
        .toList();
  }

  @Override
  public Optional<ObjectNode> profiles() {
    return of(PROFILES).stream().findFirst();
  }

  @Override
  public List<ObjectNode> kubeVirts() {
    return of(KUBEVIRTS);
  }

  @Override
  public Optional<ObjectNode> node() {
    return of(NODE).stream().findFirst();
  }

  @Override
  public Optional<ObjectNode> vgpuNode() {
    return of(VGPU_NODE).stream().findFirst();
  }

  @Override
  public List<ObjectNode> pods() {
    return of(PODS);
  }

  @Override
  public List<ObjectNode> podsNow() throws InterruptedException {
    try {
      // No version: what is read is not older than what was written before the request.
      return api.get(pods.path() + "?" + pods.selector()).stream()
          .flatMap(list -> list.path("items").valueStream())
          .filter(ObjectNode.class::isInstance)
          .map(ObjectNode.class::cast)
          .toList();
    } catch (KubeException | AccessException e) {
      throw new UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    followed.values().forEach(Followed::close);
  }
}
