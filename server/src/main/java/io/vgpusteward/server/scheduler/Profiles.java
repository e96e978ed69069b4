package io.vgpusteward.server.scheduler;

import java.util.List;
import java.util.Optional;

/**
 * The profiles of a configuration, with kube-scheduler's defaults: without any there is one, and
 * one alone is called {@code default-scheduler} where it has no name (config/v1/defaults.go).
 */
final class Profiles {
  static final String DEFAULT = "default-scheduler";
  static final String FIT = "NodeResourcesFit";

  private final Place root;

  Profiles(Place root) {
    this.root = root;
  }

  List<Place> all() {
    return root.at("profiles").items();
  }

  /** The names, those that are missing left out. */
  List<String> names() {
    return all().isEmpty() ? List.of(DEFAULT) : all().stream().map(this::name).toList();
  }

  /** The name of one of them; empty where it has none. */
  String name(Place profile) {
    Place name = profile.at("schedulerName");
    return all().size() == 1 && !name.isPresent() ? DEFAULT : name.text();
  }

  /** The place of the profile; the root stands for the one that is not written down. */
  Optional<Place> named(String name) {
    return all().isEmpty()
        ? Optional.of(root).filter(place -> name.equals(DEFAULT))
        : all().stream().filter(profile -> name(profile).equals(name)).findFirst();
  }

  /** The share of nodes that is looked at; 0 where kube-scheduler decides by their number. */
  long percentage(Place profile) {
    Place own = profile.at("percentageOfNodesToScore");
    return own.isPresent() ? own.number() : root.at("percentageOfNodesToScore").number();
  }

  /** Whether NodeResourcesFit passes over the resource in all of them, by its own arguments. */
  boolean allIgnore(String resource) {
    String group = resource.substring(0, resource.indexOf('/'));
    return !all().isEmpty()
        && all().stream()
            .allMatch(profile -> {
              Place args = fitArguments(profile);
              return args.at("ignoredResources").texts().contains(resource)
                  || args.at("ignoredResourceGroups").texts().contains(group);
            });
  }

  /** The arguments of NodeResourcesFit; absent where there are none. */
  static Place fitArguments(Place profile) {
    return profile.at("pluginConfig").items().stream()
        .filter(config -> config.at("name").text().equals(FIT))
        .map(config -> config.at("args"))
        .findFirst()
        .orElse(profile.at("pluginConfig", FIT));
  }
}
