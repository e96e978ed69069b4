package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GpuRequest;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.Injected.Device;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.guest.KnownProfiles;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Decides which devices and which placement answer a request; cloud-init is not its business. */
final class InjectionPlan {
  private final InjectionSettings settings;
  private final ClusterView view;

  InjectionPlan(InjectionSettings settings, ClusterView view) {
    this.settings = settings;
    this.view = view;
  }

  /**
   * What to inject into the guest.
   *
   * @param before what is in it already and is not the user's
   * @throws RefusedException when the request cannot be answered in this cluster
   */
  Injected of(
      GuestObject guest,
      GpuRequest request,
      Optional<Instancetype> instancetype,
      Optional<Injected> before) {
    if (!request.hasVgpu()) {
      return Injected.nothing(request.canonical());
    }
    Optional<ResourceName> resource = request.profile().map(this::resource);
    int missing = request.count() - resource.map(name -> listed(request, name)).orElse(0);
    String field = "";
    List<Device> devices = List.of();
    if (resource.isPresent() && missing > 0) {
      field = DeviceInjection.field(view.kubeVirt().orElseThrow(), instancetype);
      if (field.equals(GuestObject.GPUS)) {
        refuseBesideDra(guest, field);
      }
      devices = DeviceInjection.plan(guest, before, resource.get(), missing);
    }
    SortedMap<Profile, Integer> placed = request.placed(view.permitted());
    boolean byExtender = settings.placement() == Placement.EXTENDER;
    return new Injected(
        request.canonical(),
        request.profile().map(Profile::name),
        field,
        devices,
        byExtender ? List.of() : placed.keySet().stream().map(Profile::name).toList(),
        byExtender ? frameBuffer(placed) : 0,
        byExtender && !placed.isEmpty()
            ? schedulerName(guest, instancetype, before)
            : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** KubeVirt takes no gpus of both kinds (dra_admitter.go); hostDevices it does. */
  private static void refuseBesideDra(GuestObject guest, String field) {
    for (JsonNode item : guest.peek(guest.devices(field))) {
      if (!item.path("deviceName").isTextual()) {
        throw RefusedException.invalid(
            JsonTree.dotted(guest.devices(field)),
            "holds a device claimed by DRA, and KubeVirt takes no vGPU beside it; claim the vGPU"
                + " by DRA as well, or remove the annotation "
                + Keys.PROFILE);
      }
    }
  }

  private static int listed(GpuRequest request, ResourceName name) {
    return request.listed().getOrDefault(name, 0);
  }

  private ResourceName resource(Profile profile) {
    String field = GpuRequestReader.field(Keys.PROFILE);
    if (view.kubeVirt().isEmpty()) {
      throw RefusedException.invalid(
          field, "there is no KubeVirt object in this cluster; install KubeVirt first");
    }
    return view.permitted()
        .resourceFor(profile)
        .orElseThrow(() ->
            RefusedException.invalid(
                field,
                "no entry of KubeVirt's permittedHostDevices.pciHostDevices is for "
                    + profile
                    + "; ask the cluster's operator to add one with resourceName nvidia.com/"
                    + profile
                    + KnownProfiles.of(view).suffix(profile.name())));
  }

  private static int frameBuffer(Map<Profile, Integer> profiles) {
    int gib = 0;
    for (Map.Entry<Profile, Integer> entry : profiles.entrySet()) {
      gib += entry.getKey().frameBufferGib() * entry.getValue();
    }
    return gib;
  }

  /** The configured name, unless the guest or its instancetype has chosen one. */
  private Optional<String> schedulerName(
      GuestObject guest, Optional<Instancetype> instancetype, Optional<Injected> before) {
    Optional<String> chosen =
        guest.tree().text(guest.spec("schedulerName")).filter(name -> !name.isEmpty());
    boolean isOurs = chosen.equals(before.flatMap(Injected::schedulerName));
    boolean chosenByType = instancetype.flatMap(Instancetype::schedulerName).isPresent();
    return (chosen.isEmpty() || isOurs) && !chosenByType
        ? settings.schedulerName()
        : Optional.empty();
  }
}
