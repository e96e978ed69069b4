package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code externalResourceProvider} switched. On a vGPU resource it makes KubeVirt stop the device
 * plugin that carries it; a GPU passed through whole may well change hands.
 */
final class ChangedProviders {
  private ChangedProviders() {}

  static Stream<Finding> judge(Comparison change) {
    return change.after().names().stream()
        .filter(ExtendedResource::isValid)
        .flatMap(name -> changed(change, name).stream());
  }

  /** Whether another device plugin is to serve what only KubeVirt's did. */
  static boolean isNewlyExternal(Comparison change, ResourceName name) {
    return change.after().isExternal(name) && !change.before().isExternal(name);
  }

  private static Optional<Finding> changed(Comparison change, ResourceName name) {
    boolean had = change.before().isInTree(name);
    boolean has = change.after().isInTree(name);
    if (isNewlyExternal(change, name) && (had || has)) {
      return toExternal(change, name);
    }
    if (!had && has && change.before().isExternal(name)) {
      return toKubeVirt(change, name);
    }
    return Optional.empty();
  }

  private static Optional<Finding> toExternal(Comparison change, ResourceName name) {
    List<String> users = change.uses().of(name);
    boolean stops = change.before().isInTree(name);
    if (name.profile().isEmpty()) {
      return users.isEmpty() || !stops
          ? Optional.empty()
          : Optional.of(
              finding(
                  change,
                  name,
                  Severity.WARN,
                  "KubeVirt stops its device plugin for "
                      + name
                      + ", which needs another that serves it"));
    }
    return Optional.of(
        finding(
            change,
            name,
            stops ? change.removal(name.value(), users) : Severity.DENY_UNLESS_TRUSTED,
            name
                + " is a vGPU that KubeVirt serves itself: with externalResourceProvider it stops,"
                + " and no virtual machine gets one"
                + (stops ? change.unlessKnown() : "")));
  }

  private static Optional<Finding> toKubeVirt(Comparison change, ResourceName name) {
    return change.uses().of(name).isEmpty()
        ? Optional.empty()
        : Optional.of(
            finding(
                change,
                name,
                Severity.WARN,
                "KubeVirt is to serve "
                    + name
                    + " itself: take the device plugin away that has served it"));
  }

  private static Finding finding(
      Comparison change, ResourceName name, Severity severity, String problem) {
    Fix fix =
        change.after().isExternal(name)
            ? new Fix.Other("leave externalResourceProvider out")
            : new Fix.Other("set externalResourceProvider: true");
    return new Finding(
        Rule.PROVIDER_CHANGED,
        severity,
        change.changedEntry(name).orElseThrow().field() + ".externalResourceProvider",
        problem,
        change.uses().of(name),
        severity == Severity.DENY ? List.of(fix, new Fix.Acknowledge(name.value())) : List.of(fix));
  }
}
