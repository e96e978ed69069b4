package io.vgpusteward.server.connect;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a cluster to be seen in full. */
public final class ReadyView {
  private static final long LOOK_MILLIS = 50;

  private ReadyView() {}

  /**
   * The first view that is ready; blocks until there is one.
   *
   * @throws ClusterException when it does not come in time, with what is missing
   */
  public static ClusterView of(Cluster cluster, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!cluster.view().isReady()) {
      if (System.nanoTime() > end) {
        throw new ClusterException(
            "the cluster was not seen in full within "
                + patience.toSeconds()
                + " s; missing: "
                + String.join(", ", cluster.view().missing()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return cluster.view();
  }
}
