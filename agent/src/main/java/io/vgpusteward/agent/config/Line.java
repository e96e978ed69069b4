package io.vgpusteward.agent.config;

import io.vgpusteward.vgpu.Profile;

/**
 * A line that can be understood.
 *
 * @param number from 1
 * @param text as it was written, cut where it is long
 */
record Line(int number, String text, Selector selector, Value value) {
  /** The right side of the equals sign. */
  sealed interface Value {
    /** {@code none}. */
    record None() implements Value {}

    /** A profile's name. */
    record Name(Profile profile) implements Value {}

    /** The number that a driver gives a profile. */
    record TypeId(long type) implements Value {}

    /** {@code <selector>/sizes=mixed}. */
    record MixedSizes() implements Value {}
  }

  /** Whether it says how sizes may mix, and not what is carried. */
  boolean isAboutSizes() {
    return value instanceof Value.MixedSizes;
  }
}
