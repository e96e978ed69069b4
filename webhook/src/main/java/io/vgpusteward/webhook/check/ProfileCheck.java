package io.vgpusteward.webhook.check;

import io.vgpusteward.vgpu.NearestProfiles;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.webhook.check.Supply.Nearness;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether the profiles that a guest asks for are there, or could be.
 *
 * <p>Known are the profiles that GPUs of the cluster list and those that permitted entries are
 * named after. One that is neither is refused; but where no node has said what GPUs of its board
 * can carry, and a permitted entry has that board's PCI id, the profile may well exist: then a
 * warning says that nobody knows.
 */
public final class ProfileCheck implements Check {
  private static final int NEAREST = 3;
  private static final int SHOWN = 12;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    for (Profile profile : subject.profiles().keySet()) {
      if (!isMediated(subject, profile)) {
        judge(subject, profile).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private static Optional<Finding> judge(Subject subject, Profile profile) {
    String field = subject.fieldOf(profile) + ": ";
    Optional<Nearness> nearness = subject.supply().nearness(profile);
    boolean permitted = subject.permitted().profiles().contains(profile);
    if (nearness.isEmpty()) {
      if (permitted) {
        return Optional.empty();
      }
      if (subject.permitted().resourceFor(profile).isPresent()) {
        return Optional.of(
            new Finding(
                Rule.PROFILE_NOT_SEEN,
                field
                    + "whether a GPU can carry "
                    + profile
                    + " is not known, because no node with a "
                    + profile.board()
                    + " has said what it can"
                    + near(profile, known(subject))));
      }
    } else if (nearness.get() != Nearness.RULED_OUT || permitted) {
      return notCarried(nearness.get(), field, profile, subject.supply());
    }
    return Optional.of(
        new Finding(
            Rule.UNKNOWN_PROFILE,
            field
                + "no GPU of this cluster knows the profile "
                + profile
                + near(profile, known(subject))));
  }

  /**
   * Whether a virtual function carries a profile that is permitted, as far as nodes have said.
   *
   * @param field the path of what asks for it
   */
  public static Optional<Finding> carried(String field, Profile profile, Supply supply) {
    return supply
        .nearness(profile)
        .flatMap(nearness -> notCarried(nearness, field + ": ", profile, supply));
  }

  private static Optional<Finding> notCarried(
      Nearness nearness, String field, Profile profile, Supply supply) {
    return switch (nearness) {
      case CARRIED -> Optional.empty();
      case CREATABLE ->
          Optional.of(
              new Finding(
                  Rule.PROFILE_NOT_CARRIED,
                  field
                      + "no virtual function carries "
                      + profile
                      + " now, though one could; it waits until the operator gives one that"
                      + " profile"));
      case LISTED ->
          Optional.of(
              new Finding(
                  Rule.PROFILE_NOT_CARRIED,
                  field
                      + "no virtual function carries "
                      + profile
                      + " or has room for it; it waits until a GPU that knows it is free"));
      case RULED_OUT ->
          Optional.of(
              new Finding(
                  Rule.PROFILE_NOT_CARRIED,
                  field
                      + profile
                      + " is permitted, but no GPU of this cluster knows it"
                      + near(profile, supply.known())));
    };
  }

  /** Mediated devices have no virtual functions, so no inventory speaks of them. */
  private static boolean isMediated(Subject subject, Profile profile) {
    return subject.devices().stream()
        .map(Subject.Device::resource)
        .filter(resource -> resource.profile().filter(profile::equals).isPresent())
        .anyMatch(subject.permitted()::isMediated);
  }

  private static Set<Profile> known(Subject subject) {
    Set<Profile> known = new TreeSet<>(subject.permitted().profiles());
    known.addAll(subject.supply().known());
    return known;
  }

  private static String near(Profile profile, Collection<Profile> known) {
    List<Profile> nearest = NearestProfiles.of(profile.name(), known, NEAREST);
    if (!nearest.isEmpty()) {
      return "; did you mean " + names(nearest, " or ") + "?";
    }
    return known.isEmpty()
        ? ""
        : "; known are "
            + names(known.stream().sorted().limit(SHOWN).toList(), ", ")
            + (known.size() > SHOWN ? ", …" : "");
  }

  private static String names(Collection<Profile> profiles, String between) {
    return profiles.stream().map(Profile::name).collect(Collectors.joining(between));
  }
}
