package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was injected into a guest, as its annotation {@link Keys#INJECTED} keeps it: enough to put
 * it back when a client replaced whole lists, and to take exactly that out again.
 *
 * @param request {@link GpuRequest#canonical()} of the request that it answers
 * @param profile the profile put on the launcher pod
 * @param deviceField {@code hostDevices} or {@code gpus}: where the devices are
 * @param devices the injected devices
 * @param affinity the profiles that the node affinity requires
 * @param framebufferGib the marker, in GiB; 0 for none
 * @param license why the guest gets the licence; empty where it gets none
 * @param cloudInit how the user data reaches the guest; empty where it was left alone
 * @param released whether its placement was taken out for good, until somebody has it adopted
 */
public record Injected(
    String request,
    Optional<String> profile,
    String deviceField,
    List<Device> devices,
    List<String> affinity,
    int framebufferGib,
    Optional<String> schedulerName,
    Optional<LicenseKind> license,
    Optional<CloudInit> cloudInit,
    boolean released) {

  /** One injected device, by its name in the list and its resource. */
  public record Device(String name, String deviceName) {}

  /**
   * The pointer in the cloud-init volume.
   *
   * @param secret the Secret that it points at
   * @param kept where the user's own data is
   * @param addedVolume the name of the volume and the disk, where they were added
   */
  public record CloudInit(String secret, Kept kept, Optional<String> addedVolume) {}

  /** Where the user data that the user gave is kept. */
  public enum Kept {
    /** There was none. */
    NONE,
    /** In the annotation {@link Keys#USER_DATA}. */
    INLINE,
    /** In the Secret that the annotation {@link Keys#USER_DATA_SECRET} names. */
    SECRET
  }

  public Injected {
    devices = List.copyOf(devices);
    affinity = List.copyOf(affinity);
  }

  /** Nothing injected yet, in answer to the request. */
  public static Injected nothing(String request) {
    return new Injected(
        request,
        Optional.empty(),
        "",
        List.of(),
        List.of(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** Whether there is nothing to remember. */
  public boolean isEmpty() {
    return equals(nothing(request));
  }

  /** The names of the injected devices. */
  public Set<String> deviceNames() {
    return devices.stream().map(Device::name).collect(Collectors.toSet());
  }

  /**
   * Whether a device of the guest's list is one that was injected: it has the name of one and is a
   * vGPU. Any other device is the user's, who may have given it the same name since.
   */
  public boolean holds(String field, JsonNode device) {
    return deviceField.equals(field)
        && deviceNames().contains(device.path("name").asText())
        && new ResourceName(device.path("deviceName").asText()).profile().isPresent();
  }

  public Injected withDevices(List<Device> others) {
    return new Injected(
        request,
        profile,
        deviceField,
        others,
        affinity,
        framebufferGib,
        schedulerName,
        license,
        cloudInit,
        released);
  }

  public Injected withCloudInit(Optional<LicenseKind> kind, Optional<CloudInit> pointer) {
    return new Injected(
        request,
        profile,
        deviceField,
        devices,
        affinity,
        framebufferGib,
        schedulerName,
        kind,
        pointer,
        released);
  }

  /** Whether anything of it leads the guest to a node. */
  public boolean isPlaced() {
    return !affinity.isEmpty() || framebufferGib > 0 || schedulerName.isPresent();
  }

  /** The same for a guest that was released. */
  public Injected withoutPlacement() {
    return new Injected(
        request,
        profile,
        deviceField,
        devices,
        List.of(),
        0,
        Optional.empty(),
        license,
        cloudInit,
        true);
  }

  /**
   * Reads the annotation's value.
   *
   * @throws IllegalArgumentException when it was not written here; the message does not repeat it
   */
  public static Injected parse(String text) {
    return InjectedFormat.parse(text);
  }

  /** The annotation's value: compact JSON; equal records give equal text. */
  public String format() {
    return InjectedFormat.format(this);
  }
}
