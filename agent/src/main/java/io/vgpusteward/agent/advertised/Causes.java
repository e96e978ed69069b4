package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Cause.Kind;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes causes. */
final class Causes {
  private Causes() {}

  static Cause of(
      Kind kind, ResourceName resource, List<GpuFunction> functions, String what, String cure) {
    return of(kind, Optional.of(resource), functions, what, cure);
  }

  static Cause of(
      Kind kind,
      Optional<ResourceName> resource,
      List<GpuFunction> functions,
      String what,
      String cure) {
    SortedMap<String, Long> types = new TreeMap<>();
    functions.forEach(function -> types.put(function.busId(), function.carries()));
    return new Cause(kind, resource, types, what, cure);
  }
}
