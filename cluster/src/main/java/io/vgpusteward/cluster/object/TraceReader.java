package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.Traces;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what this program may have put into a guest. */
final class TraceReader {
  private TraceReader() {}

  /**
   * Reads the traces.
   *
   * @param template what holds {@code metadata} and {@code spec} of the instance
   */
  static Traces traces(Field template) {
    Field spec = template.at("spec");
    Field resources = spec.at("domain", "resources");
    Optional<String> podProfile =
        Optional.ofNullable(template.at("metadata", "annotations").textMap().get(Keys.PROFILE))
            .filter(text -> !text.isEmpty());
    List<Field> terms =
        spec.at(
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
                "nodeSelectorTerms")
            .items();
    List<Field> matching = terms.stream().filter(term -> !isEmpty(term)).toList();
    SortedSet<String> profiles = requiredProfiles(matching);
    boolean matchesNoNode = !terms.isEmpty() && matching.isEmpty();
    int marker =
        Math.max(
            Quantities.count(resources.at("requests", Keys.FRAMEBUFFER_GIB)).orElse(0),
            Quantities.count(resources.at("limits", Keys.FRAMEBUFFER_GIB)).orElse(0));
    Optional<String> schedulerName = spec.at("schedulerName").text();
    return podProfile.isEmpty()
            && profiles.isEmpty()
            && !matchesNoNode
            && marker == 0
            && schedulerName.isEmpty()
        ? Traces.NONE
        : new Traces(podProfile, profiles, matchesNoNode, marker, schedulerName);
  }

  private static SortedSet<String> requiredProfiles(List<Field> terms) {
    SortedSet<String> common = new TreeSet<>();
    for (int i = 0; i < terms.size(); i++) {
      SortedSet<String> profiles = profiles(terms.get(i).at("matchExpressions"));
      if (i == 0) {
        common.addAll(profiles);
      } else {
        common.retainAll(profiles);
      }
    }
    return common;
  }

  private static SortedSet<String> profiles(Field expressions) {
    SortedSet<String> profiles = new TreeSet<>();
    for (Field expression : expressions.items()) {
      boolean demandsTrue =
          expression.at("operator").text().filter("In"::equals).isPresent()
              && expression.at("values").texts().toList().equals(List.of("true"));
      expression
          .at("key")
          .text()
          .filter(key -> demandsTrue && key.startsWith(Keys.PROFILE_LABEL_PREFIX))
          .ifPresent(key -> profiles.add(key.substring(Keys.PROFILE_LABEL_PREFIX.length())));
    }
    return profiles;
  }

  /** Such a term matches no node. */
  private static boolean isEmpty(Field term) {
    return term.at("matchExpressions").items().isEmpty()
        && term.at("matchFields").items().isEmpty();
  }
}
