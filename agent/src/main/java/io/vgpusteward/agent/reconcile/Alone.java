package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.vgpu.NearestProfiles;
import io.vgpusteward.vgpu.Profile;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What can be said of a virtual function without a look at the GPU's others. */
final class Alone {
  private static final String DRIVER = "nvidia";
  private static final int MOST_NEAR = 5;

  private Alone() {}

  /** Its fate; empty where it is to be changed and nothing of its own speaks against it. */
  static Optional<Fate> judge(Function function, Offers offers) {
    Optional<String> otherDriver = function.host().driver().filter(name -> !name.equals(DRIVER));
    if (otherDriver.isPresent()) {
      String words =
          "its driver is %s, under which it is no vGPU; give it back to nvidia (sriov-manage -d, then"
                  .formatted(otherDriver.get())
              + " -e, on its GPU while nothing is in use)";
      return Optional.of(
          function.wanted().isSomething()
              ? new Fate.Impossible(words)
              : new Fate.Keep(Optional.of(words)));
    }
    if (!function.isReadable()) {
      return Optional.of(new Fate.Unreadable(unreadable(function)));
    }
    if (function.isSatisfied()) {
      return Optional.of(new Fate.Keep(nameless(function)));
    }
    if (!function.wanted().isSomething() || function.creatable().isPresent()) {
      return Optional.empty();
    }
    return notOffered(function, offers).map(Fate.Impossible::new);
  }

  private static String unreadable(Function function) {
    return function
        .host()
        .problem()
        .orElse("what it carries cannot be read; is the vGPU manager running on the node?");
  }

  private static Optional<String> nameless(Function function) {
    return function.isNameless()
        ? Optional.of(
            "the driver lists no name for type %d while the GPU is full; configure the profile by"
                    .formatted(function.type())
                + " name to have it looked up")
        : Optional.empty();
  }

  /** Why the GPU will never have it, in so far as that is certain while others are set. */
  private static Optional<String> notOffered(Function function, Offers offers) {
    boolean isListedInFull = offers.frameBufferGib().isPresent();
    if (function.target().isEmpty()) {
      return isListedInFull
          ? Optional.of(
              "the driver has no %s for this GPU; ids change with driver and board: write the"
                      .formatted(function.goal())
                  + " profile's name ("
                  + origin(function)
                  + ")")
          : Optional.empty();
    }
    Profile target = function.target().get();
    Set<Profile> known = new TreeSet<>(offers.types().values());
    if (known.contains(target)) {
      return Optional.empty();
    }
    if (target.isMigBacked()) {
      return Optional.of(
          "the driver does not list %s, which is MIG-backed: switch MIG on, enable the virtual"
                  .formatted(target)
              + " functions and create its GPU instance, in this order (nvidia-smi -mig 1,"
              + " sriov-manage -e, nvidia-smi mig -cgi)");
    }
    if (!known.isEmpty() && !Sight.boards(offers).contains(target.board())) {
      return Optional.of(
          "this GPU has profiles of board %s, and %s is none; correct %s"
              .formatted(
                  String.join(", ", new TreeSet<>(Sight.boards(offers))),
                  target,
                  origin(function)));
    }
    return isListedInFull ? Optional.of(unknown(function, target, known)) : Optional.empty();
  }

  /** The profile is none of those that the driver lists. */
  static String unknown(Function function, Profile target, Set<Profile> known) {
    String near =
        NearestProfiles.of(target.name(), known, MOST_NEAR).stream()
            .map(Profile::name)
            .reduce((one, other) -> one + ", " + other)
            .map(names -> "; it has " + names)
            .orElse("");
    return "the driver has no %s for this GPU%s; correct %s"
        .formatted(target, near, origin(function));
  }

  /** Where it is configured. */
  static String origin(Function function) {
    return switch (function.wanted()) {
      case Wanted.Named named -> named.origin().toString();
      case Wanted.Numbered numbered -> numbered.origin().toString();
      case Wanted.Unset unset -> unset.origin().toString();
      case Wanted.Nothing nothing -> "the configuration";
    };
  }
}
