package io.vgpusteward.webhook.sweep;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GpuRequest;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.guest.HandsOff;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.SecretNames;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.injection.Placement;
import io.vgpusteward.webhook.review.RefusedException;
import io.vgpusteward.webhook.sweep.Gap.Cause;
import io.vgpusteward.webhook.sweep.Gap.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares a stored guest with what the mutation would have made of it, as far as a view shows
 * guests. Pure and thread-safe.
 *
 * <p>What is left alone has no gap: guests opted out by label, nodes of Cluster API clusters,
 * guests being deleted, and instances of virtual machines, whose virtual machine counts. A licence
 * that was left out on purpose (Windows, Ignition, no cloud-init volume) is in the record of a
 * managed guest; one that was never managed cannot be told apart and lacks it.
 */
public final class GapFinder {
  private static final String VIRTUAL_MACHINE_PREFIX = GuestKey.Kind.VirtualMachine + "/";

  private final InjectionSettings settings;

  /**
   * A finder.
   *
   * @param settings what the mutation goes by
   */
  public GapFinder(InjectionSettings settings) {
    this.settings = settings;
  }

  /** What the guest lacks; empty where it has all, or asks for nothing. */
  public Optional<Gap> gap(Guest guest, ClusterView view) {
    if (guest.deleting()
        || guest.finished()
        || guest.owner().filter(owner -> owner.startsWith(VIRTUAL_MACHINE_PREFIX)).isPresent()
        || HandsOff.isLeftAlone(guest, view)) {
      return Optional.empty();
    }
    Optional<Injected> record = record(guest);
    GpuRequest request;
    try {
      request = new GpuRequestReader(view, guest.key().namespace()).read(guest, record);
    } catch (RefusedException e) {
      return Optional.of(new Gap(Cause.UNREADABLE, EnumSet.allOf(Part.class), e.problem()));
    }
    if (request.isEmpty()) {
      return Optional.empty();
    }
    PermittedDevices permitted = view.permitted();
    if (record.isEmpty()) {
      return neverManaged(guest, request, permitted);
    }
    return record.get().request().equals(request.canonical())
        ? edited(guest, record.get())
        : asksOtherwise(guest, request, record.get(), permitted);
  }

  /** Whether the guest's placement was taken out on purpose, which is no gap. */
  public static boolean isReleased(Guest guest, ClusterView view) {
    return !HandsOff.isLeftAlone(guest, view)
        && record(guest).filter(Injected::released).isPresent();
  }

  private Optional<Gap> neverManaged(Guest guest, GpuRequest request, PermittedDevices permitted) {
    EnumSet<Part> lacks = missing(guest, request, permitted);
    if (guest.userDataSecret().filter(SecretNames::isOurs).isEmpty()) {
      lacks.add(Part.LICENSE);
    }
    if (lacks.isEmpty()) {
      return Optional.empty();
    }
    String note =
        "it asks for "
            + request.canonical()
            + " and lacks "
            + Gap.describe(lacks)
            + ": it is older than vgpu-steward, or was created while its webhook did not answer; "
            + cure(guest);
    return Optional.of(new Gap(Cause.NEVER_MANAGED, lacks, note));
  }

  private Optional<Gap> asksOtherwise(
      Guest guest, GpuRequest request, Injected record, PermittedDevices permitted) {
    String note =
        "it asks for "
            + request.canonical()
            + ", and what was injected is for "
            + (record.request().isEmpty() ? "nothing" : record.request())
            + ": its instancetype changed, or it was edited around vgpu-steward; "
            + cure(guest);
    return Optional.of(new Gap(Cause.ASKS_OTHERWISE, missing(guest, request, permitted), note));
  }

  private static Optional<Gap> edited(Guest guest, Injected record) {
    EnumSet<Part> lacks = EnumSet.noneOf(Part.class);
    for (Injected.Device device : record.devices()) {
      ResourceName name = new ResourceName(device.deviceName());
      long injected =
          record.devices().stream().filter(d -> d.deviceName().equals(name.value())).count();
      if (guest.devices().listed().getOrDefault(name, 0) < injected) {
        lacks.add(Part.DEVICES);
      }
    }
    boolean placed =
        guest.traces().requires(record.affinity())
            && guest.traces().framebufferGib() >= record.framebufferGib();
    if (!placed) {
      lacks.add(Part.PLACEMENT);
    }
    Optional<String> pointer = record.cloudInit().map(Injected.CloudInit::secret);
    if (pointer.isPresent() && !pointer.equals(guest.userDataSecret())) {
      lacks.add(Part.LICENSE);
    }
    if (lacks.isEmpty()) {
      return Optional.empty();
    }
    String note =
        "it lacks "
            + Gap.describe(lacks)
            + ", which vgpu-steward had injected: somebody took it out while its webhook did not"
            + " answer; "
            + cure(guest);
    return Optional.of(new Gap(Cause.EDITED, lacks, note));
  }

  /** Devices and placement that the request needs and the guest has not. */
  private EnumSet<Part> missing(Guest guest, GpuRequest request, PermittedDevices permitted) {
    EnumSet<Part> lacks = EnumSet.noneOf(Part.class);
    Optional<ResourceName> resource = request.profile().flatMap(permitted::resourceFor);
    if (request.profile().isPresent()) {
      int there =
          resource
              .map(name ->
                  guest.devices().listed().getOrDefault(name, 0)
                      + request.listed().getOrDefault(name, 0))
              .orElse(0);
      if (there < request.count()) {
        lacks.add(Part.DEVICES);
      }
    }
    Set<Profile> placed = request.placed(permitted).keySet();
    List<String> names = placed.stream().map(Profile::name).toList();
    boolean isPlaced =
        settings.placement() == Placement.EXTENDER
            ? guest.traces().framebufferGib() > 0
            : guest.traces().requires(names);
    if (!placed.isEmpty() && !isPlaced) {
      lacks.add(Part.PLACEMENT);
    }
    return lacks;
  }

  private static String cure(Guest guest) {
    GuestKey key = guest.key();
    return key.kind() == GuestKey.Kind.VirtualMachine
        ? "have it managed by 'vgpu-steward adopt " + key.namespace() + "/" + key.name() + "'"
        : "create it anew";
  }

  private static Optional<Injected> record(Guest guest) {
    try {
      return Optional.ofNullable(guest.annotations().get(Keys.INJECTED)).map(Injected::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
