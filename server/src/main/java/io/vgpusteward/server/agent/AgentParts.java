package io.vgpusteward.server.agent;

import io.vgpusteward.agent.Doctor;
import io.vgpusteward.agent.NodeAgent;
import io.vgpusteward.agent.NodeCluster;
import io.vgpusteward.agent.Publisher;
import io.vgpusteward.agent.Settings;
import io.vgpusteward.agent.advertised.RestartPort;
import io.vgpusteward.agent.kube.Access;
import io.vgpusteward.agent.kube.AccessException;
import io.vgpusteward.agent.kube.InCluster;
import io.vgpusteward.agent.kube.KubeApi;
import io.vgpusteward.agent.kube.Kubeconfig;
import io.vgpusteward.agent.kube.Pace;
import io.vgpusteward.agent.podresources.KubeletSocket;
import io.vgpusteward.agent.podresources.PodResources;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.agent.sysfs.SysfsGpus;
import io.vgpusteward.server.config.AgentConfiguration;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.serve.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The parts of an agent, put together for a cluster or for a folder that is one. */
final class AgentParts implements AutoCloseable {
  private static final String FIELD_MANAGER = "vgpu-steward-agent";
  private static final Duration HEARTBEAT = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration KUBELET_PATIENCE = Duration.ofSeconds(5);

  private final AtomicReference<Runnable> wake;
  private final ObjectStore store;
  private final NodeObjects objects;
  private final Optional<KubeletSocket> socket;
  private final NodeCluster cluster;
  private final Publisher publisher;
  private final AgentMetrics metrics = new AgentMetrics();
  private final NodeAgent agent;

  private AgentParts(
      AgentConfiguration configuration,
      ObjectStore store,
      NodeObjects objects,
      AtomicReference<Runnable> wake,
      InstantSource clock) {
    this.wake = wake;
    this.store = store;
    this.objects = objects;
    this.socket =
        configuration.kubeletSocket().map(file -> new KubeletSocket(file, KUBELET_PATIENCE));
    PodResources kubelet = socket.<PodResources>map(it -> it).orElseGet(NoKubelet::new);
    IommuGroups groups = new IommuGroups(configuration.sysfs());
    this.cluster = new ObservedCluster(objects, kubelet, groups);
    this.publisher =
        new ClusterPublisher(
            store, objects, configuration.node(), configuration.cluster().namespace(), clock);
    NodeEvents events = new NodeEvents(store, configuration.node(), clock);
    Optional<RestartPort> cure =
        configuration.restartVirtHandler()
            ? Optional.of(new VirtHandlerRestart(store, events, configuration.node()))
            : Optional.empty();
    this.agent =
        new NodeAgent(
            new Settings(
                configuration.node(), configuration.settle(), configuration.interval(), HEARTBEAT),
            new NodeAgent.Ports(
                new SysfsGpus(configuration.sysfs()),
                cluster,
                new Doctor(kubelet, groups, cure, configuration.virtHandlerPatience()),
                publisher,
                events,
                metrics,
                clock));
  }

  /**
   * Begins to follow the cluster.
   *
   * @throws AccessException when it is not said how to reach it
   */
  static AgentParts open(
      AgentConfiguration configuration, Surroundings surroundings, InstantSource clock) {
    AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});
    ClusterConfiguration meant = configuration.cluster();
    Runnable onChange = () -> wake.get().run();
    if (meant.folder().isPresent()) {
      ObjectStore store = new FolderStore(meant.folder().get());
      NodeObjects objects =
          new FolderNodeObjects(
              meant.folder().get(),
              store,
              configuration.node(),
              meant.namespace(),
              configuration.profiles(),
              onChange);
      return new AgentParts(configuration, store, objects, wake, clock);
    }
    KubeApi api =
        new KubeApi(
            access(meant, surroundings),
            FIELD_MANAGER,
            "vgpu-steward-agent/" + Version.current(),
            PATIENCE);
    NodeObjects objects =
        new LiveNodeObjects(
            api,
            configuration.node(),
            meant.namespace(),
            configuration.profiles(),
            onChange,
            Pace.usual());
    return new AgentParts(configuration, new LiveStore(api), objects, wake, clock);
  }

  private static Access access(ClusterConfiguration meant, Surroundings surroundings) {
    Optional<Access> named =
        Kubeconfig.find(meant.kubeconfig(), meant.context(), surroundings.environment());
    return named
        .or(() -> InCluster.of(surroundings.environment(), surroundings.serviceAccount()))
        .orElseThrow(() ->
            new AccessException(
                "no kubeconfig and no service account: name one with --kubeconfig, or a folder"
                    + " with --cluster"));
  }

  /** Has this called whenever something of the cluster changes. */
  void wakes(Runnable call) {
    wake.set(call);
  }

  NodeCluster cluster() {
    return cluster;
  }

  Publisher publisher() {
    return publisher;
  }

  AgentMetrics metrics() {
    return metrics;
  }

  NodeAgent agent() {
    return agent;
  }

  @Override
  public void close() {
    objects.close();
    store.close();
    socket.ifPresent(KubeletSocket::close);
  }
}
