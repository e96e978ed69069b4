package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.GuestDevices;
import io.vgpusteward.cluster.GuestTemplate;
import io.vgpusteward.cluster.InstancetypeReference;
import java.util.Optional;

/** Reads sets of guests, as far as their templates ask for devices. */
final class TemplateReader {
  private TemplateReader() {}

  static GuestTemplate replicaSet(Field root) {
    Field template = root.at("spec", "template");
    return template(
        root,
        DeviceUser.Kind.VirtualMachineInstanceReplicaSet,
        template,
        template.at("spec"),
        Optional.empty());
  }

  static GuestTemplate pool(Field root) {
    Field machine = root.at("spec", "virtualMachineTemplate");
    return template(
        root,
        DeviceUser.Kind.VirtualMachinePool,
        machine,
        machine.at("spec", "template", "spec"),
        DeviceReader.instancetype(machine.at("spec"), machine.at("status")));
  }

  private static GuestTemplate template(
      Field root,
      DeviceUser.Kind kind,
      Field guest,
      Field spec,
      Optional<InstancetypeReference> instancetype) {
    GuestDevices devices = DeviceReader.devices(spec, instancetype);
    return new GuestTemplate(
        kind,
        ObjectReader.namespace(root.node()),
        ObjectReader.name(root.node()),
        GuestReader.ours(guest.at("metadata", "annotations")),
        devices);
  }
}
