package io.vgpusteward.cluster.state;

import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Instancetypes;
import io.vgpusteward.cluster.Shards;
import io.vgpusteward.cluster.object.Revision;

/**
 * What the ControllerRevisions hold: there is one for each virtual machine that has an
 * instancetype.
 */
record Revisions(
    Shards<Instancetypes.Key, Instancetype> instancetypes,
    Shards<Instancetypes.Key, Boolean> preferences) {
  static Revisions none() {
    return new Revisions(Shards.none(), Shards.none());
  }

  /** The same with the revision, in place of one with its key. */
  Revisions with(Instancetypes.Key key, Revision revision) {
    return switch (revision) {
      case Revision.OfInstancetype of ->
          new Revisions(instancetypes.plus(key, of.instancetype()), preferences.minus(key));
      case Revision.OfPreference of ->
          new Revisions(instancetypes.minus(key), preferences.plus(key, of.isForWindows()));
    };
  }

  Revisions without(Instancetypes.Key key) {
    return new Revisions(instancetypes.minus(key), preferences.minus(key));
  }
}
