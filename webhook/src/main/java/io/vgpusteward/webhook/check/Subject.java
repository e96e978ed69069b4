package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GpuRequest;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A guest as the checks see it.
 *
 * @param request what it asks for, without what was injected
 * @param instancetype what its instancetype brings
 * @param supply what the cluster's nodes can give
 * @param namespace of the guest
 * @param isNew whether it is being created
 */
record Subject(
    GuestObject guest,
    GpuRequest request,
    Optional<Instancetype> instancetype,
    ClusterView view,
    Supply supply,
    String namespace,
    boolean isNew) {
  /** One device of a list that has a {@code deviceName}. */
  record Device(String field, ResourceName resource) {}

  /**
   * The guest as it stands.
   *
   * @throws io.vgpusteward.webhook.review.RefusedException when one of our annotations cannot be
   *     understood
   */
  static Subject of(
      GuestObject guest, ClusterView view, Supply supply, String namespace, boolean isNew) {
    GpuRequestReader reader = new GpuRequestReader(view, namespace);
    return new Subject(
        guest,
        reader.read(guest, recordOf(guest)),
        reader.instancetype(guest),
        view,
        supply,
        namespace,
        isNew);
  }

  private static Optional<Injected> recordOf(GuestObject guest) {
    try {
      return guest.annotation(Keys.INJECTED).map(Injected::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  PermittedDevices permitted() {
    return view.permitted();
  }

  /** The resource by which the annotation's profile comes. */
  Optional<ResourceName> resource() {
    return request.profile().flatMap(permitted()::resourceFor);
  }

  /** Whether injection has given it a place for the licence. */
  boolean getsLicense() {
    return recordOf(guest).flatMap(Injected::license).isPresent();
  }

  /** The profiles that it asks for, and how many of each. */
  SortedMap<Profile, Integer> profiles() {
    return request.profiles(resource());
  }

  /** The vGPU resources that it will ask a node for, and how many of each. */
  SortedMap<ResourceName, Integer> resources() {
    SortedMap<ResourceName, Integer> result = new TreeMap<>(request.listed());
    resource().ifPresent(name -> result.merge(name, request.count(), Math::max));
    return result;
  }

  /** The field that asks for the profile. */
  String fieldOf(Profile profile) {
    return request.profile().filter(profile::equals).isPresent()
        ? GpuRequestReader.field(Keys.PROFILE)
        : devices().stream()
            .filter(device -> device.resource().profile().filter(profile::equals).isPresent())
            .map(Device::field)
            .findFirst()
            .orElse(GpuRequestReader.field(Keys.PROFILE));
  }

  /** The devices of the guest's own lists and of its instancetype, those of DRA apart. */
  List<Device> devices() {
    List<Device> result = new ArrayList<>();
    for (String list : GuestObject.DEVICE_FIELDS) {
      String field = JsonTree.dotted(guest.devices(list));
      guest
          .peek(guest.devices(list))
          .forEach(item -> {
            String name = item.path("deviceName").asText();
            if (!name.isEmpty()) {
              result.add(new Device(field, new ResourceName(name)));
            }
          });
    }
    instancetype.ifPresent(type -> {
      type.gpus().forEach(name -> result.add(ofInstancetype(GuestObject.GPUS, name)));
      type.hostDevices()
          .forEach(name -> result.add(ofInstancetype(GuestObject.HOST_DEVICES, name)));
    });
    return result;
  }

  private static Device ofInstancetype(String list, String name) {
    return new Device("spec.instancetype, its " + list, new ResourceName(name));
  }
}
