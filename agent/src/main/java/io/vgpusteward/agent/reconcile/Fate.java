package io.vgpusteward.agent.reconcile;

import io.vgpusteward.vgpu.Vf;
import java.util.Optional;

/** What becomes of a virtual function in this round. */
sealed interface Fate {
  /** It is left as it is. */
  record Keep(Optional<String> words) implements Fate {
    static Keep quietly() {
      return new Keep(Optional.empty());
    }
  }

  /** Nobody knows what it carries. */
  record Unreadable(String words) implements Fate {}

  /** What is configured cannot be had. */
  record Impossible(String words) implements Fate {}

  /** It changes when somebody else has let go. */
  record Waiting(String words) implements Fate {}

  /**
   * It is to be written.
   *
   * @param instead what it is to carry in place of what is configured, as long as that cannot be
   * @param words what it is about to become
   */
  record Due(Optional<Long> instead, String words) implements Fate {}

  default Vf.State state() {
    return switch (this) {
      case Keep keep -> Vf.State.Settled;
      case Unreadable unreadable -> Vf.State.Unknown;
      case Impossible impossible -> Vf.State.Failed;
      case Waiting waiting -> Vf.State.Pending;
      case Due due -> Vf.State.Changing;
    };
  }

  default Optional<String> message() {
    return switch (this) {
      case Keep keep -> keep.words();
      case Unreadable unreadable -> Optional.of(unreadable.words());
      case Impossible impossible -> Optional.of(impossible.words());
      case Waiting waiting -> Optional.of(waiting.words());
      case Due due -> Optional.of(due.words());
    };
  }
}
