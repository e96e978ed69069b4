package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a subject asks for.
 *
 * @param request what its pod asks for; without a pod, what that will ask for once all that the
 *     annotation says is injected
 * @param annotated the profile that the guest's annotation says
 * @param lacksDevices whether devices that the annotation asks for are not in the guest
 */
record Asked(VgpuRequest request, Optional<Profile> annotated, boolean lacksDevices) {
  static Asked of(Subject subject, ClusterView view) {
    PermittedDevices permitted = view.permitted();
    return subject
        .pod()
        .map(pod -> ofPod(subject, pod, permitted))
        .orElseGet(() -> ofGuest(subject.guest().orElseThrow(), view, permitted));
  }

  private static Asked ofPod(Subject subject, LauncherPod pod, PermittedDevices permitted) {
    Optional<Profile> annotated =
        subject.guest().flatMap(guest -> annotation(guest)).flatMap(Profile::parse);
    return new Asked(
        VgpuRequest.ofAnnotation(pod.devices(), pod.profile(), permitted),
        annotated,
        annotated.isPresent() && pod.profile().isEmpty() && pod.devices().isEmpty());
  }

  private static Asked ofGuest(Guest guest, ClusterView view, PermittedDevices permitted) {
    SortedMap<ResourceName, Integer> devices = new TreeMap<>(guest.devices().listed());
    guest
        .devices()
        .instancetype()
        .flatMap(reference -> view.instancetypes().resolve(guest.key().namespace(), reference))
        .ifPresent(type -> add(type, devices));
    Optional<String> annotation = annotation(guest);
    Optional<Profile> profile = annotation.flatMap(Profile::parse);
    Optional<ResourceName> resource = profile.flatMap(permitted::resourceFor);
    boolean lacks =
        resource.filter(name -> devices.getOrDefault(name, 0) < count(guest)).isPresent();
    resource.ifPresent(name -> devices.merge(name, count(guest), Math::max));
    return new Asked(VgpuRequest.ofAnnotation(devices, annotation, permitted), profile, lacks);
  }

  private static Optional<String> annotation(Guest guest) {
    return Optional.ofNullable(guest.annotations().get(Keys.PROFILE)).map(String::strip);
  }

  private static void add(Instancetype type, Map<ResourceName, Integer> devices) {
    type.gpus().forEach(name -> devices.merge(new ResourceName(name), 1, Integer::sum));
    type.hostDevices().forEach(name -> devices.merge(new ResourceName(name), 1, Integer::sum));
  }

  /** A count that is no number, which admission refuses, stands for one. */
  private static int count(Guest guest) {
    String text = guest.annotations().getOrDefault(Keys.COUNT, "1").strip();
    return text.matches("[1-9]\\d?") ? Integer.parseInt(text) : 1;
  }
}
