package io.vgpusteward.agent.reconcile;

import io.vgpusteward.vgpu.Profile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The fate of an empty function whose list lacks what it is to carry, and nobody makes room. */
final class Full {
  private Full() {}

  static Fate fate(
      Function function, List<Function> functions, Offers offers, boolean isDeclaredMixed) {
    List<Function> set = functions.stream().filter(Function::isSet).toList();
    Optional<Profile> target = function.target();
    if (set.isEmpty()) {
      return new Fate.Impossible(unlisted(function, offers));
    }
    if (function.wanted().isForAsManyAsFit()
        && set.stream().anyMatch(other -> other.current().equals(target))) {
      return new Share(List.of(function), Map.of()).fit();
    }
    String carrying = Words.list(set.stream().map(Function::describe).toList());
    boolean isOtherSize =
        set.stream()
            .allMatch(other -> !Function.size(other.current()).equals(Function.size(target)));
    if (isDeclaredMixed && isOtherSize) {
      return new Fate.Impossible(
          ("%s is not listed beside other sizes (%s), though sizes=mixed is configured: there is no"
                  .formatted(function.goalWords(), carrying)
              + " room, or mixed sizes are off, as after every boot (nvidia-smi vgpu -shm 1)"));
    }
    return new Fate.Impossible(
        "the GPU has no room for %s: %s; configure none for another, or remove %s"
            .formatted(function.goalWords(), carrying, Alone.origin(function)));
  }

  private static String unlisted(Function function, Offers offers) {
    if (function.host().creatable().isEmpty()) {
      return function
          .host()
          .problem()
          .orElse(
              "the driver lists no type for it though the GPU is empty; see the vGPU manager's log"
                  + " on the node");
    }
    return function
        .target()
        .map(target -> Alone.unknown(function, target, new TreeSet<>(offers.types().values())))
        .orElse(
            "the driver lists no %s for it; ids change with driver and board: write the profile's"
                    .formatted(function.goal())
                + " name ("
                + Alone.origin(function)
                + ")");
  }
}
