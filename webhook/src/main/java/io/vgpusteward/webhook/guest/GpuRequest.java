package io.vgpusteward.webhook.guest;

import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a guest asks for, in all the ways there are to ask.
 *
 * @param profile the profile of the annotation
 * @param count how many of it; 0 without the annotation
 * @param listed the vGPU resources that the guest or its instancetype lists, and how often; what
 *     was injected is not among them
 * @param license whether the annotation asks for the licence
 */
public record GpuRequest(
    Optional<Profile> profile,
    int count,
    SortedMap<ResourceName, Integer> listed,
    boolean license) {
  public GpuRequest {
    listed = Collections.unmodifiableSortedMap(new TreeMap<>(listed));
  }

  /** Whether there is nothing to do: no vGPU, and no licence wanted. */
  public boolean isEmpty() {
    return !hasVgpu() && !license;
  }

  public boolean hasVgpu() {
    return profile.isPresent() || !listed.isEmpty();
  }

  /** Which licence the guest needs: a vGPU's own, or a workstation's for a passed-through GPU. */
  public LicenseKind licenseKind() {
    return hasVgpu() ? LicenseKind.VGPU : LicenseKind.WORKSTATION;
  }

  /**
   * The profiles and how many of each, where the annotation's profile comes by {@code resource}:
   * listed devices of that resource are the annotation's as far as its count goes, and any other
   * listed device is of the profile that its resource is named after.
   */
  public SortedMap<Profile, Integer> profiles(Optional<ResourceName> resource) {
    SortedMap<Profile, Integer> result = new TreeMap<>();
    profile.ifPresent(annotated -> result.merge(annotated, count, Integer::sum));
    listed.forEach((name, times) -> {
      int left = resource.filter(name::equals).isPresent() ? times - count : times;
      if (left > 0) {
        name.profile().ifPresent(named -> result.merge(named, left, Integer::sum));
      }
    });
    return result;
  }

  /**
   * The profiles that VFs of the node must carry, and how many of each. Mediated devices have no
   * VFs, so no node carries their profile and no label says so.
   */
  public SortedMap<Profile, Integer> placed(PermittedDevices permitted) {
    Set<ResourceName> mediated =
        listed.keySet().stream().filter(permitted::isMediated).collect(Collectors.toSet());
    return without(mediated).profiles(profile.flatMap(permitted::resourceFor));
  }

  /** The same request without the listed resources. */
  public GpuRequest without(Set<ResourceName> resources) {
    SortedMap<ResourceName, Integer> rest = new TreeMap<>(listed);
    rest.keySet().removeAll(resources);
    return new GpuRequest(profile, count, rest, license);
  }

  /** Whether it asks for anything that the earlier one did not. */
  public boolean asksAnew(GpuRequest earlier) {
    boolean otherProfile = profile.isPresent() && !profile.equals(earlier.profile);
    boolean moreListed =
        listed.entrySet().stream()
            .anyMatch(entry -> entry.getValue() > earlier.listed.getOrDefault(entry.getKey(), 0));
    return otherProfile || count > earlier.count || moreListed || (license && !earlier.license);
  }

  /** One line that is equal for equal requests; stored, so its form is part of the format. */
  public String canonical() {
    StringBuilder text = new StringBuilder();
    profile.ifPresent(annotated -> text.append(annotated).append('*').append(count).append(' '));
    listed.forEach((name, times) -> text.append(name).append('*').append(times).append(' '));
    if (license) {
      text.append("license ");
    }
    return text.toString().strip();
  }
}
