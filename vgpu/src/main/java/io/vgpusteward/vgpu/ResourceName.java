package io.vgpusteward.vgpu;

import java.util.Optional;

/**
 * The name of an extended resource, {@code nvidia.com/L40S-24Q}, as it stands in {@code
 * deviceName}, in the permitted list and in a node's allocatable.
 */
public record ResourceName(String value) implements Comparable<ResourceName> {
  /** Harvester's spelling: {@code nvidia.com/NVIDIA_L40S-24Q}. */
  private static final String HARVESTER_PREFIX = "NVIDIA_";

  /**
   * The profile that the resource is named after, or empty for a resource that names none, such as
   * the one of a GPU passed through whole.
   */
  public Optional<Profile> profile() {
    int slash = value.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String name = value.substring(slash + 1);
    return Profile.parse(
        name.startsWith(HARVESTER_PREFIX) ? name.substring(HARVESTER_PREFIX.length()) : name);
  }

  @Override
  public int compareTo(ResourceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
