package io.vgpusteward.extender.http;

import io.vgpusteward.extender.wire.WireException;
import java.util.Locale;
import java.util.function.Function;

/**
 * One of the things that kube-scheduler asks.
 *
 * @param answer takes no lock and does no I/O; called on any thread
 * @param failure what says that there is no answer, where the protocol has a place for it
 */
record Verb(Name name, Answer answer, Function<String, byte[]> failure) {
  /** Their names, as they stand in the path. */
  enum Name {
    FILTER,
    PRIORITIZE,
    PREEMPT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** From a body to an answer, both JSON. */
  interface Answer {
    byte[] to(byte[] body) throws WireException, UnansweredException;
  }
}
