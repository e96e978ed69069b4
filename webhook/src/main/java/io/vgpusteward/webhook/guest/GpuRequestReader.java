package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds out what a guest asks for: by annotation, by its own device lists, by its instancetype.
 *
 * <p>Device lists are read leniently, since most guests have nothing to do with this program and
 * must pass whatever is in them; our own annotations are read strictly.
 */
public final class GpuRequestReader {
  /** NVIDIA's driver for KVM takes up to 16 vGPUs a virtual machine (vGPU Software User Guide). */
  public static final int MAX_COUNT = 16;

  private final ClusterView view;
  private final InstancetypeLookup instancetypes;

  /** A reader of guests in the namespace. */
  public GpuRequestReader(ClusterView view, String namespace) {
    this.view = view;
    this.instancetypes = new InstancetypeLookup(view, namespace);
  }

  /** Whether anything about the guest could concern this program; never throws. */
  public boolean concerns(GuestObject guest) {
    return !guest.ownAnnotations().isEmpty() || !listed(guest, Optional.empty()).isEmpty();
  }

  /**
   * The request of the guest, without the devices that were injected.
   *
   * @throws RefusedException when one of our annotations cannot be understood
   */
  public GpuRequest read(GuestObject guest, Optional<Injected> before) {
    Annotations annotations = guest::annotation;
    Optional<Profile> profile = profile(annotations);
    return new GpuRequest(
        profile,
        profile.isPresent() ? count(annotations) : 0,
        listed(guest, before),
        license(annotations));
  }

  /**
   * The request of a stored guest, without the devices that were injected.
   *
   * @throws RefusedException when one of our annotations cannot be understood
   */
  public GpuRequest read(Guest guest, Optional<Injected> before) {
    Annotations annotations = key -> Optional.ofNullable(guest.annotations().get(key));
    Optional<Profile> profile = profile(annotations);
    return new GpuRequest(
        profile,
        profile.isPresent() ? count(annotations) : 0,
        listed(guest, before),
        license(annotations));
  }

  private interface Annotations {
    Optional<String> get(String key);
  }

  private Optional<Profile> profile(Annotations annotations) {
    Optional<String> text = annotations.get(Keys.PROFILE);
    if (text.isEmpty()) {
      if (annotations.get(Keys.COUNT).isPresent()) {
        throw RefusedException.invalid(
            field(Keys.COUNT), "a count needs a profile; set " + Keys.PROFILE + " as well");
      }
      return Optional.empty();
    }
    Optional<Profile> profile = Profile.parse(text.get().strip());
    if (profile.isEmpty()) {
      throw RefusedException.invalid(
          field(Keys.PROFILE),
          "\""
              + abbreviated(text.get())
              + "\" is not a vGPU profile; write <board>-<GB><series>, such as L40S-24Q"
              + KnownProfiles.of(view).suffix(abbreviated(text.get())));
    }
    return profile;
  }

  private static int count(Annotations annotations) {
    Optional<String> text = annotations.get(Keys.COUNT);
    if (text.isEmpty()) {
      return 1;
    }
    String digits = text.get().strip();
    if (digits.matches("[1-9]\\d?")) {
      int count = Integer.parseInt(digits);
      if (count <= MAX_COUNT) {
        return count;
      }
    }
    throw RefusedException.invalid(
        field(Keys.COUNT),
        "\"" + abbreviated(digits) + "\" is not a number from 1 to " + MAX_COUNT);
  }

  private static boolean license(Annotations annotations) {
    Optional<String> text = annotations.get(Keys.LICENSE);
    if (text.isEmpty()) {
      return false;
    }
    if (text.get().equals("true")) {
      return true;
    }
    throw RefusedException.invalid(
        field(Keys.LICENSE),
        "the only value is \"true\"; remove the annotation for a guest without it");
  }

  /** Whether a device is claimed through dynamic resource allocation, without a deviceName. */
  public boolean hasDraDevices(GuestObject guest) {
    for (String field : GuestObject.DEVICE_FIELDS) {
      for (JsonNode item : guest.peek(guest.devices(field))) {
        if (!item.path("deviceName").isTextual()) {
          return true;
        }
      }
    }
    return false;
  }

  private SortedMap<ResourceName, Integer> listed(GuestObject guest, Optional<Injected> before) {
    SortedMap<ResourceName, Integer> result = new TreeMap<>();
    for (String field : GuestObject.DEVICE_FIELDS) {
      for (JsonNode item : guest.peek(guest.devices(field))) {
        if (!before.filter(injected -> injected.holds(field, item)).isPresent()) {
          count(item.path("deviceName").asText(), result);
        }
      }
    }
    instancetypes.of(guest).ifPresent(instancetype -> count(instancetype, result));
    return result;
  }

  /** A stored guest's devices have no names: as many go as were injected of a resource. */
  private SortedMap<ResourceName, Integer> listed(Guest guest, Optional<Injected> before) {
    SortedMap<ResourceName, Integer> result = new TreeMap<>(guest.devices().listed());
    before.ifPresent(injected ->
        injected
            .devices()
            .forEach(device ->
                result.computeIfPresent(
                    new ResourceName(device.deviceName()),
                    (name, times) -> times == 1 ? null : times - 1)));
    result.keySet().removeIf(name -> name.profile().isEmpty());
    guest
        .devices()
        .instancetype()
        .flatMap(reference -> view.instancetypes().resolve(guest.key().namespace(), reference))
        .ifPresent(instancetype -> count(instancetype, result));
    return result;
  }

  private static void count(Instancetype instancetype, Map<ResourceName, Integer> counts) {
    instancetype.gpus().forEach(name -> count(name, counts));
    instancetype.hostDevices().forEach(name -> count(name, counts));
  }

  private static void count(String deviceName, Map<ResourceName, Integer> counts) {
    ResourceName name = new ResourceName(deviceName);
    if (name.profile().isPresent()) {
      counts.merge(name, 1, Integer::sum);
    }
  }

  /** What its instancetype brings; empty where there is none or it is unknown. */
  public Optional<Instancetype> instancetype(GuestObject guest) {
    return instancetypes.of(guest);
  }

  /** The path of an annotation, for messages. */
  public static String field(String annotation) {
    return "metadata.annotations[" + annotation + "]";
  }

  private static String abbreviated(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
