package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PermittedDevice;

/** One way to have a change pass. */
public sealed interface Fix {
  /** Have the entry in the list that its kind names. */
  record Entry(PermittedDevice device) implements Fix {}

  /** Acknowledge the removal of what is named, by annotation. */
  record Acknowledge(String name) implements Fix {}

  /** What a sentence says, which begins in lower case and has no full stop. */
  record Other(String sentence) implements Fix {}
}
