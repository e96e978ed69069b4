package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.cluster.snapshot.Reduction;
import io.vgpusteward.cluster.state.ClusterState;
import io.vgpusteward.cluster.state.Effect;
import io.vgpusteward.cluster.state.Origin;
import io.vgpusteward.cluster.state.ViewPublisher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A cluster behind a Kubernetes API server, followed by informers.
 *
 * <p>It never fails for good: kinds that are not there yet, refusals and an API server that is down
 * are in {@link ClusterView#missing()} and tried again, at most half a minute apart; a lost watch
 * ends in a new list. What it needs, cluster-wide where nothing else is said:
 *
 * <pre>
 * kubevirt.io               kubevirts, virtualmachines, virtualmachineinstances,
 *                           virtualmachineinstancereplicasets                            list, watch
 * pool.kubevirt.io          virtualmachinepools (may be absent)                          list, watch
 * instancetype.kubevirt.io  virtualmachineinstancetypes, virtualmachinepreferences,
 *                           virtualmachineclusterinstancetypes,
 *                           virtualmachineclusterpreferences                             list, watch
 * apps                      controllerrevisions (label instancetype.kubevirt.io/object-kind)
 *                                                                                        list, watch
 * vgpu-steward.io           vgpunodes (may be absent)                                    list, watch
 * ""                        namespaces, nodes                                            list, watch
 * ""                        pods (label kubevirt.io=virt-launcher)                       list, watch
 * ""                        secrets, resourceNames: [vgpu-license]                       list, watch
 * ""                        secrets                                get, create, update, delete
 * ""                        events                                           create, get, update
 * coordination.k8s.io       leases, in the given namespace                    create, get, patch
 * coordination.k8s.io       leases, in the given namespace (label vgpu-steward.io/heartbeat)
 *                                                                                        list, watch
 * /version                  (system:public-info-viewer has it)                                   get
 * </pre>
 */
public final class LiveCluster implements Cluster {
  /** How patient it is; tests are less so. */
  record Pace(Duration longestPause, Duration heartbeat, Duration lease) {
    static final Pace NORMAL =
        new Pace(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(15));
  }

  private final KubernetesClient client;
  private final String namespace;
  private final Pace pace;
  private final InstantSource clock = InstantSource.system();
  private final String identity = hostname() + "-" + UUID.randomUUID().toString().substring(0, 8);
  private final ClusterState state = new ClusterState(Origin.API_SERVER);
  private final ViewPublisher publisher;
  private final List<Follower> followers;
  private final Api api;
  private final LiveGuests guests;
  private final SecretStore secrets;
  private final EventSink events;
  private final List<Election> elections = new CopyOnWriteArrayList<>();
  private final Thread heartbeat;
  private volatile Instant lastHeard;
  private volatile boolean ownClient;

  private LiveCluster(KubernetesClient client, String namespace, Pace pace) {
    this.client = client;
    this.namespace = namespace;
    this.pace = pace;
    followers = new CopyOnWriteArrayList<>();
    publisher = new ViewPublisher(state, this::missing, clock);
    api = new Api(client);
    guests = new LiveGuests(client);
    secrets = new LiveSecretStore(api);
    events = new LiveEventSink(api, clock, identity);
    lastHeard = clock.instant();
    heartbeat = Thread.ofVirtual().name("cluster-heartbeat").unstarted(this::beat);
  }

  /**
   * Follows the cluster until closed; returns at once, with a view that is not ready.
   *
   * @param client from {@link ClusterClient}, which the caller closes afterwards
   * @param namespace where the leases are, its own and the node agents'
   * @throws IllegalArgumentException when the client is another, which might log Secrets
   */
  public static LiveCluster connect(KubernetesClient client, String namespace) {
    return connect(client, namespace, Pace.NORMAL);
  }

  /**
   * The same with a client of its own, which goes with the cluster.
   *
   * @param version of this program, for the user agent
   * @param kubeconfig the file; empty for the usual places
   * @param context the context of the kubeconfig; empty for its current one
   * @throws io.vgpusteward.cluster.ClusterException when the kubeconfig is of no use
   */
  public static LiveCluster open(
      String version, Optional<Path> kubeconfig, Optional<String> context, String namespace) {
    KubernetesClient client = ClusterClient.create(version, kubeconfig, context);
    LiveCluster cluster = connect(client, namespace);
    cluster.ownClient = true;
    return cluster;
  }

  static LiveCluster connect(KubernetesClient client, String namespace, Pace pace) {
    if (!(client.getKubernetesSerialization() instanceof DiscreetSerialization)) {
      throw new IllegalArgumentException("the client must come from ClusterClient");
    }
    LiveCluster cluster = new LiveCluster(client, namespace, pace);
    cluster.start();
    return cluster;
  }

  private void start() {
    KubernetesSerialization serialization = client.getKubernetesSerialization();
    for (ObjectKind kind : ObjectKind.values()) {
      ReducingStore store =
          new ReducingStore(
              kind, state, publisher, object -> serialization.convertValue(object, JsonNode.class));
      followers.add(new Follower(client, namespace, kind, store, this::seen, pace.longestPause()));
    }
    publisher.publishNow();
    followers.forEach(Follower::start);
    heartbeat.start();
  }

  private List<String> missing() {
    return followers.isEmpty()
        ? List.of("everything")
        : followers.stream().flatMap(follower -> follower.missing().stream()).toList();
  }

  private void seen() {
    if (missing().isEmpty()) {
      lastHeard = clock.instant();
    }
    publisher.publish(new Effect(true, List.of()));
  }

  private void beat() {
    List<String> missing = view().missing();
    while (true) {
      try {
        Thread.sleep(pace.heartbeat());
      } catch (InterruptedException e) {
        return;
      }
      Instant asked = clock.instant();
      if (followers.stream().allMatch(Follower::isWatching) && answers()) {
        lastHeard = asked;
      }
      List<String> now = missing();
      if (!now.equals(missing)) {
        missing = now;
        publisher.publish(new Effect(true, List.of()));
      }
    }
  }

  private boolean answers() {
    try {
      return client.raw("/version") != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  @Override
  public ClusterView view() {
    return publisher.view();
  }

  /**
   * {@inheritDoc} Before the first full view it is the time of the start; then, every ten seconds,
   * when all watches stand and the API server answers. A watch whose connection died without a word
   * counts as standing for up to ten minutes; then it is made anew.
   */
  @Override
  public Instant lastHeard() {
    return lastHeard;
  }

  @Override
  public void addListener(ClusterListener listener) {
    publisher.addListener(listener);
  }

  @Override
  public Optional<SecretObject> licenseSecret(String namespaceOfGuest) {
    return state.license(namespaceOfGuest);
  }

  /**
   * {@inheritDoc} Here it is what a snapshot would keep of it. Only reviews of manifests ask: who
   * reviews needs {@code get} on the kinds that are reviewed, and the server does not.
   */
  @Override
  public Optional<ObjectNode> stored(ObjectNode object, String ofNamespace) {
    String name = ObjectReader.name(object);
    return Names.isName(name) && Names.isNamespace(ofNamespace)
        ? ObjectKind.of(object)
            .filter(Reduction::keeps)
            .flatMap(kind ->
                api.get(KindRequests.path(kind, ofNamespace, name))
                    .map(found -> Reduction.reduce(kind, found)))
        : Optional.empty();
  }

  @Override
  public Guest annotate(GuestKey guest, String annotation, Optional<String> value) {
    return guests.annotate(guest, annotation, value);
  }

  @Override
  public SecretStore secrets() {
    return secrets;
  }

  @Override
  public EventSink events() {
    return events;
  }

  @Override
  public Leadership lead(String lease, Runnable onStart, Runnable onStop) {
    Election election =
        new Election(client, namespace, lease, identity, pace.lease(), onStart, onStop);
    elections.add(election);
    return election;
  }

  /** Gives up all leases and ends all watches; the last view stays. */
  @Override
  public void close() {
    elections.forEach(Election::close);
    heartbeat.interrupt();
    followers.forEach(Follower::close);
    publisher.close();
    if (ownClient) {
      client.close();
    }
  }

  private static String hostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }
}
