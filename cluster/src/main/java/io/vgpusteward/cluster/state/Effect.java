package io.vgpusteward.cluster.state;

import io.vgpusteward.cluster.ClusterListener.Change;
import java.util.List;

/**
 * What a write to the {@link ClusterState} did.
 *
 * @param changed whether views show something else now
 * @param changes what listeners are to be told; may be empty all the same
 */
public record Effect(boolean changed, List<Change> changes) {
  /** Nothing that counts has changed. */
  public static final Effect NONE = new Effect(false, List.of());

  public Effect {
    changes = List.copyOf(changes);
  }
}
