package io.vgpusteward.webhook.sweep;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a guest that asks for a vGPU lacks of what the mutation would have given it.
 *
 * @param lacks in the order of {@link Part}; empty where all is there, for another request
 * @param note what is wrong and what to do, in a sentence or two, for the guest's owner
 */
public record Gap(Cause cause, Set<Part> lacks, String note) {
  /** How it came about, as far as can be seen. */
  public enum Cause {
    /** Nothing was ever injected. */
    NEVER_MANAGED,
    /** It asks for something else now, by an edit that the mutation does not see. */
    ASKS_OTHERWISE,
    /** Something that was injected is no longer there. */
    EDITED,
    /** Our annotations on it cannot be understood. */
    UNREADABLE;

    /** The value of labels. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What a mutation gives. */
  public enum Part {
    DEVICES("its devices"),
    PLACEMENT("placement on a node whose VFs carry its profile"),
    LICENSE("the licence");

    private final String text;

    Part(String text) {
      this.text = text;
    }

    /** The value of labels. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Gap {
    lacks = lacks.isEmpty() ? Set.of() : Set.copyOf(lacks);
  }

  /** {@code "its devices and the licence"}. */
  static String describe(EnumSet<Part> parts) {
    return parts.stream().map(part -> part.text).collect(Collectors.joining(" and "));
  }
}
