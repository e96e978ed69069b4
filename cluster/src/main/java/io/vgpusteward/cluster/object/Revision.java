package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.Instancetype;

/** What a ControllerRevision of KubeVirt is a copy of. */
public sealed interface Revision {
  /** A copy of an instancetype, of a namespace or of the cluster. */
  record OfInstancetype(Instancetype instancetype) implements Revision {}

  /** A copy of a preference, of a namespace or of the cluster. */
  record OfPreference(boolean isForWindows) implements Revision {}
}
