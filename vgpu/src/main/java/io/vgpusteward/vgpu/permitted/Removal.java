package io.vgpusteward.vgpu.permitted;

import java.util.List;
import java.util.stream.Stream;

/** The ways out where something in the list goes. */
final class Removal {
  private Removal() {}

  /** Put the entries back that select something, or acknowledge. */
  static List<Fix> fixes(Stream<Entry> lost, String name) {
    return Stream.<Fix>concat(
            lost.filter(entry -> !entry.isInTree() || entry.selector().isPresent())
                .map(Entry::device)
                .distinct()
                .map(Fix.Entry::new),
            Stream.of(new Fix.Acknowledge(name)))
        .toList();
  }
}
