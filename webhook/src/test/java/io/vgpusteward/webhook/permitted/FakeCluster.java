package io.vgpusteward.webhook.permitted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.DeviceUsers;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster of one KubeVirt CR and users of devices, which this process leads from the start. */
final class FakeCluster implements Cluster {
  final Queue<String> events = new ConcurrentLinkedQueue<>();
  final AtomicInteger failures = new AtomicInteger();
  volatile boolean failing;
  final AtomicInteger seatsLeft = new AtomicInteger();

  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final Semaphore free = new Semaphore(1);
  private volatile ClusterView view = ClusterView.empty(Instant.EPOCH, List.of());
  private volatile Runnable onStart = () -> {};
  private volatile Runnable onStop = () -> {};

  void show(Optional<KubeVirt> kubeVirt, List<DeviceUser> users) {
    show(
        ClusterView.builder(Instant.EPOCH)
            .kubeVirt(kubeVirt)
            .deviceUsers(DeviceUsers.of(users))
            .build());
  }

  void show(ClusterView shown) {
    view = shown;
    listeners.forEach(listener -> listener.changed(new ClusterListener.Change.OfEverything()));
  }

  /** Returns once the watch has looked at what was shown last, and is done with it. */
  void settle() {
    int before = looks.get();
    await().until(() -> looks.get() >= before + 2);
  }

  /** Keeps the watch in writing its next Event. */
  void hold() {
    free.acquireUninterruptibly();
  }

  void release() {
    free.release();
  }

  void startLeading() {
    onStart.run();
  }

  void stopLeading() {
    onStop.run();
  }

  @Override
  public ClusterView view() {
    if (Thread.currentThread().getName().equals("permitted-list")) {
      looks.incrementAndGet();
    }
    return view;
  }

  @Override
  public EventSink events() {
    return (target, type, reason, note) -> {
      if (failing) {
        failures.incrementAndGet();
        throw new IllegalStateException("as the test has it");
      }
      free.acquireUninterruptibly();
      free.release();
      assertThat(target.uid()).isEqualTo("u1");
      events.add(type + " " + reason + " " + target + " " + note);
    };
  }

  @Override
  public Leadership lead(String lease, Runnable start, Runnable stop) {
    assertThat(lease).isEqualTo(PermittedListController.LEASE);
    onStart = start;
    onStop = stop;
    start.run();
    return seatsLeft::incrementAndGet;
  }

  @Override
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  @Override
  public Optional<SecretObject> licenseSecret(String namespace) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SecretStore secrets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
