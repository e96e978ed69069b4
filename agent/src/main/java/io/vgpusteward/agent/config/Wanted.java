package io.vgpusteward.agent.config;

import io.vgpusteward.vgpu.Profile;

/** What is configured for a virtual function. */
public sealed interface Wanted {
  /** Nothing: it is left as it is. */
  record Nothing() implements Wanted {}

  /** That it carries nothing. */
  record Unset(Origin origin) implements Wanted {}

  /** A profile. */
  record Named(Profile profile, Origin origin) implements Wanted {}

  /** A profile by the number that the driver gives it on this very function. */
  record Numbered(long type, Origin origin) implements Wanted {}

  /** Whether it is to carry something. */
  default boolean isSomething() {
    return this instanceof Named || this instanceof Numbered;
  }

  /**
   * Whether it is for as many functions of a GPU as there is room for, and not for this one only.
   */
  default boolean isForAsManyAsFit() {
    return switch (this) {
      case Nothing nothing -> false;
      case Unset unset -> false;
      case Named named -> named.origin().reach() != Reach.FUNCTION;
      case Numbered numbered -> numbered.origin().reach() != Reach.FUNCTION;
    };
  }

  /** How much a line is about, from little to much: less wins. */
  enum Reach {
    /** One virtual function. */
    FUNCTION,
    /** All of a GPU. */
    GPU,
    /** All of all GPUs of a board. */
    BOARD
  }

  /** Where it is configured. */
  record Origin(String key, int line, Reach reach) {
    @Override
    public String toString() {
      return "line " + line + " of key " + key;
    }
  }
}
