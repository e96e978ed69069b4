package io.vgpusteward.vgpu.permitted;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** All rules about a change of the permitted list. */
public final class PermittedRules {
  private static final List<Function<Comparison, Stream<Finding>>> RULES =
      List.of(
          LostResources::judge,
          ChangedSelectors::judge,
          SharedSelectors::judge,
          ChangedProviders::judge,
          PassedThroughCards::judge,
          MalformedEntries::judge,
          UnpermittedResources::judge,
          DroppedGate::judge,
          Acknowledgements::judge);

  private PermittedRules() {}

  /** What is to be said about a change, the worst first; nothing where all is well. */
  public static List<Finding> judge(PermittedChange change) {
    Comparison comparison = new Comparison(change);
    return RULES.stream()
        .flatMap(rule -> rule.apply(comparison))
        .sorted(Comparator.comparing(Finding::severity))
        .toList();
  }
}
