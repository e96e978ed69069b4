package io.vgpusteward.webhook.license;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.GuestKey.Kind;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.SecretNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Guests as they look after the webhook; immutable, each step gives a new one. */
record Guests(Guest guest) {
  static final String VGPU = "{\"request\":\"\",\"license\":\"vgpu\"}";
  static final String WORKSTATION = "{\"request\":\"\",\"license\":\"workstation\"}";
  static final String NO_LICENSE = "{\"request\":\"\"}";

  /** A VirtualMachine of namespace {@code team} with a vGPU and no user data. */
  static Guests vm(String name) {
    return vm("team", name);
  }

  static Guests vm(String namespace, String name) {
    return new Guests(
            guest(
                Kind.VirtualMachine,
                namespace,
                name,
                "uid-of-" + name,
                Optional.empty(),
                Optional.of(SecretNames.forGuest(name))))
        .with(Keys.INJECTED, VGPU);
  }

  /** The running instance of a VirtualMachine; its annotations are those of the template. */
  static Guests instanceOf(Guest vm) {
    return new Guests(
        guest(
            Kind.VirtualMachineInstance,
            vm.key().namespace(),
            vm.key().name(),
            "uid-of-instance-" + vm.key().name(),
            Optional.of("VirtualMachine/" + vm.key().name()),
            vm.userDataSecret()));
  }

  /** An instance of a replica set, to which the webhook gave the Secret. */
  static Guests bareInstance(String name, String secret) {
    return new Guests(
            guest(
                Kind.VirtualMachineInstance,
                "team",
                name,
                "uid-of-" + name,
                Optional.of("VirtualMachineInstanceReplicaSet/set"),
                Optional.of(secret)))
        .generated()
        .with(Keys.INJECTED, VGPU);
  }

  Guests with(String annotation, String value) {
    Map<String, String> annotations = new HashMap<>(guest.annotations());
    annotations.put(annotation, value);
    return annotated(annotations);
  }

  Guests without(String annotation) {
    Map<String, String> annotations = new HashMap<>(guest.annotations());
    annotations.remove(annotation);
    return annotated(annotations);
  }

  Guests pointingAt(Optional<String> secret) {
    return new Guests(
        new Guest(
            guest.key(),
            guest.uid(),
            guest.owner(),
            guest.generateName(),
            guest.deleting(),
            guest.finished(),
            guest.annotations(),
            secret,
            guest.configDrive()));
  }

  /** Another guest of the same name. */
  Guests madeAnew() {
    return new Guests(
        new Guest(
            guest.key(),
            guest.uid() + "-anew",
            guest.owner(),
            guest.generateName(),
            guest.deleting(),
            guest.finished(),
            guest.annotations(),
            guest.userDataSecret(),
            guest.configDrive()));
  }

  Guests generated() {
    return flags(true, guest.deleting(), guest.finished(), guest.configDrive());
  }

  Guests deleting() {
    return flags(guest.generateName(), true, guest.finished(), guest.configDrive());
  }

  Guests finished() {
    return flags(guest.generateName(), guest.deleting(), true, guest.configDrive());
  }

  Guests onConfigDrive() {
    return flags(guest.generateName(), guest.deleting(), guest.finished(), true);
  }

  private Guests annotated(Map<String, String> annotations) {
    return new Guests(
        new Guest(
            guest.key(),
            guest.uid(),
            guest.owner(),
            guest.generateName(),
            guest.deleting(),
            guest.finished(),
            annotations,
            guest.userDataSecret(),
            guest.configDrive()));
  }

  private Guests flags(
      boolean generateName, boolean deleting, boolean finished, boolean configDrive) {
    return new Guests(
        new Guest(
            guest.key(),
            guest.uid(),
            guest.owner(),
            generateName,
            deleting,
            finished,
            guest.annotations(),
            guest.userDataSecret(),
            configDrive));
  }

  private static Guest guest(
      Kind kind,
      String namespace,
      String name,
      String uid,
      Optional<String> owner,
      Optional<String> secret) {
    return new Guest(
        new GuestKey(kind, namespace, name),
        uid,
        owner,
        false,
        false,
        false,
        Map.of(),
        secret,
        false);
  }
}
