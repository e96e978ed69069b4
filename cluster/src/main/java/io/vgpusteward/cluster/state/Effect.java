package io.vgpusteward.cluster.state;

import io.vgpusteward.cluster.ClusterListener.Change;
import java.util.List;

/**
 * What a write to the {@link ClusterState} did.
 *
 * @param changed whether views show something else now
 * @param urgent whether somebody may wait for that; what happens all the time and changes little
 *     can gather
 * @param changes what listeners are to be told; may be empty all the same
 */
public record Effect(boolean changed, boolean urgent, List<Change> changes) {
  /** Nothing that counts has changed. */
  public static final Effect NONE = new Effect(false, List.of());

  /** One that shows within another second. */
  static final Effect UNHURRIED = new Effect(true, false, List.of());

  public Effect {
    changes = List.copyOf(changes);
  }

  /** One that shows as soon as it can. */
  public Effect(boolean changed, List<Change> changes) {
    this(changed, true, changes);
  }
}
