package io.vgpusteward.server.serve;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A cluster whose view a test sets; it is there to be waited for and closed, and holds nothing. */
public final class TestCluster implements Cluster {
  private volatile ClusterView view;
  private volatile boolean closed;

  public TestCluster(String... missing) {
    this.view = ClusterView.empty(Instant.now(), List.of(missing));
  }

  public void show(String... missing) {
    view = ClusterView.empty(Instant.now(), List.of(missing));
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public ClusterView view() {
    return view;
  }

  @Override
  public void addListener(ClusterListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<SecretObject> licenseSecret(String namespace) {
    return Optional.empty();
  }

  @Override
  public SecretStore secrets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public EventSink events() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Leadership lead(String lease, Runnable onStart, Runnable onStop) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    closed = true;
  }
}
