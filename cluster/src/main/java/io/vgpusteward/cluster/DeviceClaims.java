package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds out which devices objects ask for: by their own lists, by their instancetype, and by the
 * annotation that is not answered yet.
 *
 * @param permitted gives the resource for the profile of an annotation
 */
record DeviceClaims(PermittedDevices permitted, Instancetypes instancetypes) {
  /** An instance that has finished holds nothing and never starts again. */
  DeviceIndex ofGuests(Collection<Guest> guests) {
    Claims claims = new Claims();
    for (Guest guest : guests) {
      if (!guest.finished()) {
        GuestKey key = guest.key();
        DeviceUser.Kind kind =
            switch (key.kind()) {
              case VirtualMachine -> DeviceUser.Kind.VirtualMachine;
              case VirtualMachineInstance -> DeviceUser.Kind.VirtualMachineInstance;
            };
        claims.add(kind, key.namespace(), key.name(), guest.devices(), guest.annotations());
      }
    }
    return claims.index();
  }

  DeviceIndex ofTemplates(Collection<GuestTemplate> templates) {
    Claims claims = new Claims();
    for (GuestTemplate template : templates) {
      claims.add(
          template.kind(),
          template.namespace(),
          template.name(),
          template.devices(),
          template.annotations());
    }
    return claims.index();
  }

  DeviceIndex ofInstancetypes() {
    Claims claims = new Claims();
    instancetypes
        .current()
        .forEach((key, type) ->
            claims.add(
                key.namespace().isEmpty()
                    ? DeviceUser.Kind.VirtualMachineClusterInstancetype
                    : DeviceUser.Kind.VirtualMachineInstancetype,
                key.namespace(),
                key.name(),
                type));
    instancetypes
        .revisions()
        .forEach((key, type) ->
            claims.add(DeviceUser.Kind.ControllerRevision, key.namespace(), key.name(), type));
    return claims.index();
  }

  static DeviceIndex ofLaunchers(Launchers launchers) {
    return DeviceIndex.of(
        launchers.all().stream()
            .map(pod ->
                new DeviceUser(DeviceUser.Kind.Pod, pod.namespace(), pod.name(), pod.devices()))
            .toList());
  }

  private static void add(Instancetype instancetype, Map<ResourceName, Integer> devices) {
    instancetype.gpus().forEach(name -> devices.merge(new ResourceName(name), 1, Integer::sum));
    instancetype
        .hostDevices()
        .forEach(name -> devices.merge(new ResourceName(name), 1, Integer::sum));
  }

  /** A count that is no number, which admission refuses, stands for one. */
  private static int count(Map<String, String> annotations) {
    String text = annotations.getOrDefault(Keys.COUNT, "1").strip();
    return text.matches("[1-9]\\d?") ? Integer.parseInt(text) : 1;
  }

  private final class Claims {
    private final List<DeviceUser> users = new ArrayList<>();
    private final List<DeviceUser> withHostDevices = new ArrayList<>();

    void add(
        DeviceUser.Kind kind,
        String namespace,
        String name,
        GuestDevices own,
        Map<String, String> annotations) {
      Optional<Instancetype> instancetype =
          own.instancetype().flatMap(reference -> instancetypes.resolve(namespace, reference));
      SortedMap<ResourceName, Integer> devices = new TreeMap<>(own.listed());
      instancetype.ifPresent(type -> DeviceClaims.add(type, devices));
      Optional.ofNullable(annotations.get(Keys.PROFILE))
          .flatMap(text -> Profile.parse(text.strip()))
          .flatMap(permitted::resourceFor)
          .ifPresent(resource -> devices.merge(resource, count(annotations), Math::max));
      boolean hostDevices =
          own.hasHostDevices() || instancetype.filter(Instancetype::definesHostDevices).isPresent();
      add(kind, namespace, name, devices, hostDevices);
    }

    void add(DeviceUser.Kind kind, String namespace, String name, Instancetype type) {
      SortedMap<ResourceName, Integer> devices = new TreeMap<>();
      DeviceClaims.add(type, devices);
      add(kind, namespace, name, devices, type.definesHostDevices());
    }

    private void add(
        DeviceUser.Kind kind,
        String namespace,
        String name,
        SortedMap<ResourceName, Integer> devices,
        boolean hostDevices) {
      if (devices.isEmpty() && !hostDevices) {
        return;
      }
      DeviceUser user = new DeviceUser(kind, namespace, name, devices);
      users.add(user);
      if (hostDevices) {
        withHostDevices.add(user);
      }
    }

    DeviceIndex index() {
      return DeviceIndex.of(users, withHostDevices);
    }
  }
}
