package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.cluster.snapshot.SnapshotFolder;
import io.vgpusteward.cluster.state.ClusterState;
import io.vgpusteward.cluster.state.Effect;
import io.vgpusteward.cluster.state.Origin;
import io.vgpusteward.cluster.state.ViewPublisher;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster that is a folder: all objects of its {@code *.yaml} files at any depth. Hidden files
 * and folders do not count.
 *
 * <p>Changes of the files show after at most three scans. A file that became broken is in {@link
 * #problems()} and in the log, and what it held before stays. What this program writes goes to
 * {@code <folder>/.vgpu-steward/} alone; several processes may have one folder open. Whoever asks
 * leads.
 */
public final class FileCluster implements Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(FileCluster.class);
  private static final Duration SCAN_EVERY = Duration.ofMillis(200);

  private final Folder folder;
  private final ClusterState state;
  private final FolderObjects objects;
  private final ViewPublisher publisher;
  private final SecretStore secrets;
  private final EventSink events;
  private final InstantSource clock;
  private final ScheduledExecutorService scanner;
  private volatile List<Problem> problems = List.of();
  private volatile Instant lastHeard;

  private FileCluster(Path root, InstantSource clock) {
    this.clock = clock;
    folder = new Folder(root);
    state = new ClusterState(SnapshotFolder.isSnapshot(root) ? Origin.SNAPSHOT : Origin.FOLDER);
    objects = new FolderObjects(state, folder::version);
    publisher = new ViewPublisher(state, List::of, clock);
    StoreFolder store = new StoreFolder(root);
    secrets = new FileSecretStore(store, objects::secret);
    events = new FileEventSink(store, clock);
    lastHeard = clock.instant();
    scanner =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cluster-folder").factory());
  }

  /**
   * Reads the folder and follows it until closed; the first view is ready on return.
   *
   * @throws io.vgpusteward.cluster.ClusterException when there is no such folder or a file of it is
   *     broken; the message names file and line
   */
  public static FileCluster open(Path folder) {
    return open(folder, SCAN_EVERY, InstantSource.system());
  }

  /** The same with another interval between scans and another clock for what it writes. */
  public static FileCluster open(Path folder, Duration scanEvery, InstantSource clock) {
    FileCluster cluster = new FileCluster(folder, clock);
    try {
      cluster.folder.open();
      cluster.load(effect -> {});
      cluster.publisher.publishNow();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    var _ =
        cluster.scanner.scheduleWithFixedDelay(
            cluster::scan, scanEvery.toMillis(), scanEvery.toMillis(), TimeUnit.MILLISECONDS);
    return cluster;
  }

  /** What of the folder cannot be used now, in the order of the files. */
  public List<Problem> problems() {
    return problems;
  }

  private void scan() {
    try {
      if (folder.scan()) {
        load(publisher::publish);
      }
      lastHeard = clock.instant();
    } catch (RuntimeException e) {
      LOG.error("The folder cannot be followed", e);
    }
  }

  private void load(Consumer<Effect> effects) {
    objects.update(folder.manifests(), effects);
    List<Problem> now = new ArrayList<>(folder.problems());
    now.addAll(objects.problems());
    List<Problem> before = problems;
    problems = List.copyOf(now);
    now.stream()
        .filter(problem -> !before.contains(problem))
        .forEach(problem -> LOG.warn("{}", problem));
  }

  @Override
  public ClusterView view() {
    return publisher.view();
  }

  @Override
  public Instant lastHeard() {
    return lastHeard;
  }

  @Override
  public void addListener(ClusterListener listener) {
    publisher.addListener(listener);
  }

  @Override
  public Optional<SecretObject> licenseSecret(String namespace) {
    return state.license(namespace);
  }

  /** {@inheritDoc} Here it is the object of the file, whole. */
  @Override
  public Optional<ObjectNode> stored(ObjectNode object, String namespace) {
    return ObjectKind.of(object)
        .filter(kind -> kind != ObjectKind.SECRET)
        .flatMap(kind -> objects.object(kind, namespace, ObjectReader.name(object)));
  }

  @Override
  public SecretStore secrets() {
    return secrets;
  }

  @Override
  public EventSink events() {
    return events;
  }

  /** {@inheritDoc} Here {@code onStart} is called before this returns. */
  @Override
  public Leadership lead(String lease, Runnable onStart, Runnable onStop) {
    AtomicBoolean leads = new AtomicBoolean(true);
    onStart.run();
    return () -> {
      if (leads.getAndSet(false)) {
        onStop.run();
      }
    };
  }

  @Override
  public void close() {
    scanner.shutdownNow();
    publisher.close();
  }
}
