package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A virtual function with all that is known of it.
 *
 * @param current the profile that it carries, where its name is known
 * @param target the profile that it is to carry, where its name is known
 */
record Function(
    HostVf host,
    Optional<Profile> current,
    Wanted wanted,
    Optional<Profile> target,
    Optional<Vf.Holder> holder) {

  static Function of(HostVf host, Offers offers, Wanted wanted, Optional<Vf.Holder> holder) {
    Optional<Profile> current =
        host.type().filter(type -> type != 0).flatMap(type -> named(type, host, offers));
    Optional<Profile> target =
        switch (wanted) {
          case Wanted.Named named -> Optional.of(named.profile());
          case Wanted.Numbered numbered -> named(numbered.type(), host, offers);
          case Wanted.Unset unset -> Optional.empty();
          case Wanted.Nothing nothing -> Optional.empty();
        };
    return new Function(host, current, wanted, target, holder);
  }

  private static Optional<Profile> named(long type, HostVf host, Offers offers) {
    return host.creatable().stream()
        .filter(one -> one.id() == type)
        .findFirst()
        .map(VgpuType::profile)
        .or(() -> offers.named(type));
  }

  String busId() {
    return host.busId();
  }

  /** What it carries; 0 also where that cannot be read. */
  long type() {
    return host.type().orElse(0L);
  }

  boolean isReadable() {
    return host.type().isPresent();
  }

  /** Whether it carries something. */
  boolean isSet() {
    return type() != 0;
  }

  /** Whether it carries something of which nobody knows the name. */
  boolean isNameless() {
    return isSet() && current.isEmpty();
  }

  /** Whether it carries what is configured, or nothing is. */
  boolean isSatisfied() {
    return switch (wanted) {
      case Wanted.Nothing nothing -> true;
      case Wanted.Unset unset -> !isSet();
      case Wanted.Named named -> current.filter(named.profile()::equals).isPresent();
      case Wanted.Numbered numbered -> type() == numbered.type();
    };
  }

  /** The number to write for what is wanted, by this very function's list. */
  OptionalLong creatable() {
    return host.creatable().stream()
        .filter(type ->
            switch (wanted) {
              case Wanted.Named named -> type.profile().equals(named.profile());
              case Wanted.Numbered numbered -> type.id() == numbered.type();
              case Wanted.Unset unset -> false;
              case Wanted.Nothing nothing -> false;
            })
        .mapToLong(VgpuType::id)
        .findFirst();
  }

  boolean lists(long type) {
    return host.creatable().stream().anyMatch(one -> one.id() == type);
  }

  /** What is wanted, in a word that changes when it does. */
  String goal() {
    return switch (wanted) {
      case Wanted.Nothing nothing -> "nothing";
      case Wanted.Unset unset -> "none";
      case Wanted.Named named -> named.profile().name();
      case Wanted.Numbered numbered -> "type " + numbered.type();
    };
  }

  /** The same to people: with the profile's name where it is known. */
  String goalWords() {
    return target.map(Profile::name).orElse(goal());
  }

  /** What it carries, to people. */
  String carries() {
    return current.map(Profile::name).orElse(isSet() ? "type " + type() : "nothing");
  }

  /** The same as a subject's predicate. */
  String describe() {
    return busId() + " carries " + carries();
  }

  /** The frame buffer of a time-sliced profile; MIG-backed ones follow other rules. */
  static OptionalInt size(Optional<Profile> profile) {
    return profile
        .filter(one -> !one.isMigBacked())
        .map(one -> OptionalInt.of(one.sizeGib()))
        .orElse(OptionalInt.empty());
  }
}
