package io.vgpusteward.webhook.guard;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.KubeVirt;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The annotation {@link Keys#ALLOW_REMOVAL}: exact names with commas or spaces between them. */
public final class AllowedRemovals {
  private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

  private AllowedRemovals() {}

  /** The names in the annotation of a KubeVirt CR. */
  public static Set<String> of(KubeVirt kubeVirt) {
    return Optional.ofNullable(kubeVirt.annotations().get(Keys.ALLOW_REMOVAL)).stream()
        .flatMap(SEPARATOR::splitAsStream)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The annotation for exactly these names, as a line of YAML. */
  static String annotation(Collection<String> names) {
    return Keys.ALLOW_REMOVAL + ": \"" + String.join(",", new TreeSet<>(names)) + "\"";
  }
}
