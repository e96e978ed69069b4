package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Profile;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What sysfs does not say and one round has to tell the next. Losing it costs time, never a virtual
 * machine: everything is announced anew.
 *
 * @param offers by the address of the physical function
 * @param announced since when it is published that a virtual function is about to change, by its
 *     address; empty where that is decided and not published yet
 * @param attempts writes that are not known to have worked, by the address of the function
 * @param left what a function carried that was emptied on the way to something else
 */
public record Memory(
    Map<String, Offers> offers,
    Map<String, Optional<Instant>> announced,
    Map<String, Attempt> attempts,
    Map<String, Left> left) {
  public Memory {
    offers = Map.copyOf(offers);
    announced = Map.copyOf(announced);
    attempts = Map.copyOf(attempts);
    left = Map.copyOf(left);
  }

  /** That of an agent which starts on a node for the first time. */
  public static Memory empty() {
    return new Memory(Map.of(), Map.of(), Map.of(), Map.of());
  }

  /**
   * The same with what an agent before published of a GPU: the driver of a full GPU lists no names.
   *
   * @param offered the profiles that were published, by their numbers
   * @param frameBufferGib what was published
   */
  public Memory seeded(String gpu, Map<Long, Profile> offered, OptionalInt frameBufferGib) {
    Map<String, Offers> more = new HashMap<>(offers);
    more.put(gpu, new Offers(new TreeMap<>(offered), frameBufferGib, Gpu.Sizes.Unknown));
    return new Memory(more, announced, attempts, left);
  }

  /**
   * The same after a round's result is published. Only then does the time run after which no
   * placement can arrive that was decided without knowing of it.
   *
   * @param vfs those that the published result calls Changing ({@link Round#changing}); any other
   *     is announced no longer
   * @param at a moment at which the API server had answered
   */
  public Memory published(Set<String> vfs, Instant at) {
    Map<String, Optional<Instant>> now = new HashMap<>();
    announced.forEach((vf, since) -> {
      if (vfs.contains(vf)) {
        now.put(vf, since.or(() -> Optional.of(at)));
      }
    });
    return new Memory(offers, now, attempts, left);
  }

  /** The same after a step that the driver accepted; whether it did anything shows in sysfs. */
  public Memory accepted(Step step, Instant at) {
    return after(step, Optional.empty(), "", at);
  }

  /** The same after a step that was refused. */
  public Memory refused(Step step, RefusedException refusal, Instant at) {
    String words = Optional.ofNullable(refusal.getMessage()).orElse("");
    return after(step, Optional.of(refusal.errno()), words, at);
  }

  private Memory after(
      Step step, Optional<RefusedException.Errno> refusal, String words, Instant at) {
    int before =
        Optional.ofNullable(attempts.get(step.vf()))
            .filter(last -> last.type() == step.type() && last.goal().equals(step.goal()))
            .map(Attempt::failures)
            .orElse(0);
    Map<String, Attempt> more = new HashMap<>(attempts);
    more.put(step.vf(), new Attempt(step.type(), step.goal(), refusal, words, before + 1, at));
    Map<String, Left> emptied = new HashMap<>(left);
    if (refusal.isEmpty()) {
      emptied.compute(step.vf(), (vf, had) -> left(step, had));
    }
    return new Memory(offers, announced, more, emptied);
  }

  private static @Nullable Left left(Step step, @Nullable Left had) {
    boolean isKnown = had != null && had.goal().equals(step.goal());
    if (step.type() == 0) {
      return isKnown ? had : new Left(step.from(), step.goal(), false);
    }
    return had != null && isKnown && had.type() == step.type()
        ? new Left(had.type(), had.goal(), true)
        : had;
  }
}
