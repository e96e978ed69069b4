package io.vgpusteward.server.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.certs.KeySource;
import io.vgpusteward.certs.RenewalWatch;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.http.MetricsServer;
import io.vgpusteward.server.http.Readiness;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running program: a cluster, admission and the extender by HTTPS, metrics and health by HTTP,
 * and controllers.
 *
 * <p>{@link #start} and {@link #close} block and may be called from different threads; {@link
 * #close} also ends a {@link #start} that still waits for the cluster.
 */
public final class Steward implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Steward.class);
  private static final Duration REMINDER = Duration.ofSeconds(10);
  private static final Duration REST = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Setup setup;
  private final Vertx vertx;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Readiness readiness = new Readiness();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** What has been started and is to be closed, the newest first. Guarded by itself. */
  private final Deque<Part> parts = new ArrayDeque<>();

  /** Whether all parts were closed. Guarded by {@link #parts}. */
  private boolean empty;

  private volatile @Nullable MetricsServer metricsServer;
  private volatile @Nullable Cluster cluster;
  private volatile @Nullable RenewalWatch<KeyMaterial> keyWatch;
  private volatile @Nullable Listeners listeners;

  private record Part(String name, AutoCloseable part) {}

  /**
   * What a steward is made of.
   *
   * @param listen where admission is served
   * @param extender where kube-scheduler is served; empty where it is not
   * @param metricsListen where metrics and health are served
   * @param keys the server's certificate and key
   * @param keyPoll how often to look for new ones
   * @param cluster opens the cluster
   * @param shutdownGrace the longest time that {@link #close} gives to requests in flight
   */
  public record Setup(
      HostPort listen,
      Optional<ExtenderSetup> extender,
      HostPort metricsListen,
      KeySource keys,
      Duration keyPoll,
      Supplier<Cluster> cluster,
      Features features,
      Duration shutdownGrace,
      InstantSource clock) {}

  /**
   * How kube-scheduler is served.
   *
   * @param clients who vouches for its certificate, read again and again; empty where it needs none
   */
  public record ExtenderSetup(HostPort listen, Optional<Supplier<ClientAuthorities>> clients) {}

  public Steward(Setup setup) {
    this.setup = setup;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    // It serves no files; without this it wants a writable folder to copy them to.
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    readiness.add(
        "shutdown",
        () -> stopping.getCount() == 0 ? Optional.of("shutting down") : Optional.empty());
    readiness.add("cluster-view", this::viewProblem);
    readiness.add("certificate", this::certificateProblem);
    readiness.add(
        "listener", () -> listeners == null ? Optional.of("not listening yet") : Optional.empty());
    keep("metrics of the JVM", ProcessMetrics.bind(metrics));
    Gauge.builder("vgpu.steward.view.age", this, Steward::viewAgeSeconds)
        .description(
            "Time since the snapshot was last known to show the cluster; NaN before the first")
        .baseUnit("seconds")
        .register(metrics);
    Gauge.builder("vgpu.steward.certificate.expiry.timestamp", this, Steward::certificateExpiry)
        .description(
            "When the certificate in use ends, in seconds since 1970; NaN before there is one")
        .baseUnit("seconds")
        .register(metrics);
  }

  /**
   * Starts everything and returns when the first request has been answered. Metrics and health are
   * up at once; admission once the cluster has been seen in full.
   *
   * @return whether it is up; false when it was closed meanwhile
   * @throws RuntimeException when a part cannot start; all that has started is closed then
   */
  public boolean start() throws InterruptedException {
    try {
      return startParts();
    } catch (InterruptedException e) {
      close();
      throw e;
    } catch (RuntimeException e) {
      boolean askedTo = stopping.getCount() == 0;
      close();
      if (askedTo) {
        // What was being started found its foundations gone.
        LOG.debug("closed while starting", e);
        return false;
      }
      throw e;
    }
  }

  private boolean startParts() throws InterruptedException {
    KeyMaterial keys = setup.keys().read();
    Optional<ClientAuthorities> clients =
        setup.extender().flatMap(ExtenderSetup::clients).map(Supplier::get);
    MetricsServer health = MetricsServer.listen(vertx, setup.metricsListen(), metrics, readiness);
    metricsServer = health;
    LOG.info("metrics and health on http://{}", health.address());
    keep("metrics server", health);

    Cluster seen = setup.cluster().get();
    cluster = seen;
    keep("cluster", seen);
    if (!awaitView(seen)) {
      return false;
    }

    Context context = new Context(seen, metrics, vertx);
    Listeners opened = Listeners.open(vertx, setup, keys, clients, context);
    RenewalWatch<KeyMaterial> watch =
        RenewalWatch.start(setup.keys()::read, keys, setup.keyPoll(), setup.clock(), opened::use);
    keyWatch = watch;
    keep("certificate watch", watch);
    for (var controller : setup.features().controllers()) {
      keep("controller", controller.apply(context));
    }
    keep("listeners", () -> opened.shutdown(drain()));
    opened.check(watch.current()).ifPresent(part -> keep("client authority watch", part));
    listeners = opened;
    LOG.info("admission on {}", url());
    extenderUrl().ifPresent(url -> LOG.info("extender on {}", url));
    return stopping.getCount() > 0;
  }

  private boolean awaitView(Cluster opened) throws InterruptedException {
    long reminder = System.nanoTime();
    while (!opened.view().isReady()) {
      if (System.nanoTime() - reminder >= 0) {
        LOG.info("waiting for {}", String.join(", ", opened.view().missing()));
        reminder = System.nanoTime() + REMINDER.toNanos();
      }
      if (stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return stopping.getCount() > 0;
  }

  /** Where admission answers, {@code https://127.0.0.1:8443}, once {@link #start} returned true. */
  public String url() {
    Listeners opened = listeners;
    if (opened == null) {
      throw new IllegalStateException("not started");
    }
    return "https://" + opened.admission().reachable();
  }

  /** Where kube-scheduler is answered, likewise; empty where it is not. */
  public Optional<String> extenderUrl() {
    return Optional.ofNullable(listeners)
        .flatMap(Listeners::extender)
        .map(address -> "https://" + address.reachable());
  }

  /** Where metrics and health answer, {@code http://127.0.0.1:8080}, soon after the start. */
  public Optional<String> metricsUrl() {
    return Optional.ofNullable(metricsServer)
        .map(server -> "http://" + server.address().reachable());
  }

  /** Blocks until {@link #close} has ended. */
  public void awaitClose() throws InterruptedException {
    stopped.await();
  }

  /**
   * Reports not ready, drains the listeners, closes the controllers, the cluster and the rest.
   * Closing again waits for the first to end.
   */
  @Override
  public void close() {
    synchronized (stopping) {
      if (stopping.getCount() > 0) {
        stopping.countDown();
        LOG.info("shutting down");
        closeParts();
        metrics.close();
        vertx.close().await();
        stopped.countDown();
      }
    }
  }

  private void closeParts() {
    while (true) {
      Part part;
      synchronized (parts) {
        part = parts.poll();
        empty = part == null;
      }
      if (part == null) {
        return;
      }
      close(part);
    }
  }

  /** Remembers to close the part; one that comes after the end is closed at once. */
  private void keep(String name, AutoCloseable part) {
    Part added = new Part(name, part);
    boolean late;
    synchronized (parts) {
      late = empty;
      if (!late) {
        parts.push(added);
      }
    }
    if (late) {
      close(added);
    }
  }

  private static void close(Part part) {
    try {
      part.part().close();
      LOG.debug("{} closed", part.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("{}: interrupted while it closed", part.name());
    } catch (Exception e) {
      LOG.warn("{}: did not close cleanly", part.name(), e);
    }
  }

  /** Requests get most of the grace, the rest of the program a fifth and at least two seconds. */
  private Duration drain() {
    long grace = setup.shutdownGrace().toMillis();
    long rest = Math.min(grace / 2, Math.max(grace / 5, REST.toMillis()));
    return Duration.ofMillis(grace - rest);
  }

  private Optional<String> viewProblem() {
    Cluster opened = cluster;
    if (opened == null) {
      return Optional.of("the cluster is not open yet");
    }
    ClusterView view = opened.view();
    return view.isReady()
        ? Optional.empty()
        : Optional.of("not seen yet: " + String.join(", ", view.missing()));
  }

  private Optional<String> certificateProblem() {
    RenewalWatch<KeyMaterial> watch = keyWatch;
    return watch == null ? Optional.of("not in use yet") : watch.problem();
  }

  private double viewAgeSeconds() {
    Cluster opened = cluster;
    if (opened == null) {
      return Double.NaN;
    }
    return Duration.between(opened.lastHeard(), setup.clock().instant()).toMillis() / 1000.0;
  }

  private double certificateExpiry() {
    RenewalWatch<KeyMaterial> watch = keyWatch;
    return watch == null ? Double.NaN : watch.current().notAfter().getEpochSecond();
  }
}
