package io.vgpusteward.agent.reconcile;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a round hands on to the next. */
final class Remembering {
  private Remembering() {}

  /** Drops what is settled, withdrawn or gone, and keeps the lists of GPUs that are away. */
  static Memory after(List<GpuLook> looks, Memory before) {
    Map<String, Offers> offers = new HashMap<>(before.offers());
    Map<String, Optional<Instant>> announced = new HashMap<>();
    Map<String, Attempt> attempts = new HashMap<>();
    Map<String, Left> left = new HashMap<>();
    for (GpuLook look : looks) {
      offers.put(look.gpu().busId(), look.offers());
      for (String vf : look.due()) {
        announced.put(vf, before.announced().getOrDefault(vf, Optional.empty()));
      }
      for (Function function : look.functions()) {
        String vf = function.busId();
        Optional.ofNullable(before.attempts().get(vf))
            .filter(attempt -> Trial.matters(function, attempt))
            .ifPresent(attempt -> attempts.put(vf, attempt));
        Optional.ofNullable(before.left().get(vf))
            .filter(had -> !function.isSatisfied() && had.goal().equals(function.goal()))
            .ifPresent(had -> left.put(vf, had));
      }
    }
    return new Memory(offers, announced, attempts, left);
  }
}
