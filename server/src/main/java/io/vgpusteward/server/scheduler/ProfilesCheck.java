package io.vgpusteward.server.scheduler;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the profiles and the election make of vGPU pods. */
final class ProfilesCheck {
  private static final int ALL_NODES = 100;

  private final Place root;
  private final Profiles profiles;
  private final Optional<String> schedulerName;
  private final Findings findings;

  /**
   * A check.
   *
   * @param schedulerName the scheduler that virtual machines are given, where that is known
   */
  ProfilesCheck(Place root, Optional<String> schedulerName, Findings findings) {
    this.root = root;
    this.profiles = new Profiles(root);
    this.schedulerName = schedulerName;
    this.findings = findings;
  }

  void check() {
    names();
    Set<String> ignored = ignoredByExtenders();
    for (Place profile : profiles.all()) {
      overwritten(profile, ignored);
      counting(profile);
    }
    percentage();
    election();
  }

  private void names() {
    Set<String> seen = new HashSet<>();
    for (Place profile : profiles.all()) {
      String name = profiles.name(profile);
      if (name.isEmpty()) {
        findings.error(
            profile.at("schedulerName"),
            "is needed where there are several profiles: kube-scheduler does not start",
            "name each");
      } else if (!seen.add(name)) {
        findings.error(
            profile.at("schedulerName"),
            "is that of another profile: kube-scheduler does not start",
            "name each otherwise");
      }
    }
    String wanted = schedulerName.orElse(Profiles.DEFAULT);
    if (profiles.names().contains(wanted)) {
      return;
    }
    Place place = root.at("profiles");
    String there = "the profiles here are " + String.join(", ", new TreeSet<>(profiles.names()));
    if (schedulerName.isPresent()) {
      findings.error(
          place,
          "none is for the scheduler " + wanted + ", so its pods wait for ever",
          "add a profile with schedulerName: " + wanted + "; " + there);
    } else {
      findings.warning(
          place,
          "none is for " + wanted + ", which places the VMs that name no scheduler",
          "run vgpu-steward with --scheduler-name of a profile; " + there);
    }
  }

  private Set<String> ignoredByExtenders() {
    Set<String> ignored = new HashSet<>();
    for (Place extender : root.at("extenders").items()) {
      extender.at("managedResources").items().stream()
          .filter(resource -> resource.at("ignoredByScheduler").isTrue())
          .forEach(resource -> ignored.add(resource.at("name").text()));
    }
    return ignored;
  }

  /** kube-scheduler puts what extenders ignore in place of the list (scheduler.go). */
  private void overwritten(Place profile, Set<String> ignored) {
    Place list = Profiles.fitArguments(profile).at("ignoredResources");
    List<String> lost = new ArrayList<>(list.texts());
    lost.removeAll(ignored);
    if (!ignored.isEmpty() && !lost.isEmpty()) {
      Set<String> groups = new TreeSet<>();
      lost.forEach(name -> groups.add(name.substring(0, Math.max(0, name.indexOf('/')))));
      groups.remove("");
      findings.error(
          list,
          "kube-scheduler puts the resources that extenders have as ignoredByScheduler in the place"
              + " of this list, so it counts "
              + String.join(", ", lost)
              + " and pods with it wait for ever",
          "move it to ignoredResourceGroups, which stays"
              + (groups.isEmpty() ? "" : ": [" + String.join(", ", groups) + "]"));
    }
  }

  private void counting(Place profile) {
    Place multiPoint = profile.at("plugins", "multiPoint");
    Place filter = profile.at("plugins", "filter");
    boolean isEnabled = names(filter, "enabled").contains(Profiles.FIT);
    if (isEnabled) {
      return;
    }
    boolean isInMultiPoint = names(multiPoint, "enabled").contains(Profiles.FIT);
    for (Place set : List.of(multiPoint, filter)) {
      List<String> disabled = names(set, "disabled");
      boolean isOff = disabled.contains(Profiles.FIT) || disabled.contains("*");
      if (isOff && (set.equals(filter) || !isInMultiPoint)) {
        findings.error(
            set.at("disabled"),
            Profiles.FIT
                + " is off: kube-scheduler does not start, or nobody counts devices and two VMs are"
                + " given one",
            "enable " + Profiles.FIT + " beside it");
      }
    }
  }

  private static List<String> names(Place set, String list) {
    return set.at(list).items().stream().map(plugin -> plugin.at("name").text()).toList();
  }

  private void percentage() {
    Place profile =
        profiles
            .named(schedulerName.orElse(Profiles.DEFAULT))
            .orElse(profiles.all().isEmpty() ? root : profiles.all().getFirst());
    long percentage = profiles.percentage(profile);
    if (percentage != ALL_NODES) {
      findings.warning(
          profile.at("percentageOfNodesToScore"),
          "of more than 100 nodes with a free device kube-scheduler shows vgpu-steward "
              + (percentage == 0 ? "a part" : percentage + " percent")
              + " only, and the node that carries the profile may not be among them",
          "write 100 in a profile of vGPU pods where the cluster is that large");
    }
  }

  /** Two schedulers with one Lease: one of them never runs. */
  private void election() {
    Place election = root.at("leaderElection");
    boolean isOff = election.at("leaderElect").isPresent() && !election.at("leaderElect").isTrue();
    boolean isTheDefaultLease =
        orDefault(election.at("resourceName"), "kube-scheduler").equals("kube-scheduler")
            && orDefault(election.at("resourceNamespace"), "kube-system").equals("kube-system");
    if (!isOff && isTheDefaultLease && !profiles.names().contains(Profiles.DEFAULT)) {
      findings.error(
          election.at("resourceName"),
          "is the Lease of the cluster's own kube-scheduler, so one of the two never places a pod",
          "write a name of this scheduler's own, such as " + profiles.names().getFirst());
    }
  }

  private static String orDefault(Place place, String fallback) {
    return place.hasText() ? place.text() : fallback;
  }
}
