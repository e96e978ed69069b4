package io.vgpusteward.webhook.check;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.pci;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.yaml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.webhook.injection.Fixture;
import io.vgpusteward.webhook.policy.Rule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Guests as they come out of the mutation, and what one rule has to say of each. */
final class CheckCases {
  private CheckCases() {}

  /** What the nodes have said. */
  enum Stock {
    UNKNOWN,
    /** Two functions carry 24Q; four 12Q or one 48Q would go on the GPU. */
    L40S,
    L40S_WITHOUT_FUNCTIONS,
    L40S_NOT_READY,
    TWO_ADVERTISED;

    Fixture in(Fixture cluster) {
      return switch (this) {
        case UNKNOWN -> cluster;
        case L40S ->
            cluster.node(
                NodeInventory.of(
                    "gpu-a",
                    gpu(
                        Vf.carrying("0000:41:00.4", profile("L40S-24Q")),
                        Vf.carrying("0000:41:00.5", profile("L40S-24Q")),
                        Vf.unset("0000:41:00.6", Set.of()),
                        Vf.unset("0000:41:00.7", Set.of()))));
        case L40S_WITHOUT_FUNCTIONS -> cluster.node(NodeInventory.of("gpu-a", gpu()));
        case L40S_NOT_READY ->
            cluster.node(new NodeInventory("gpu-a", false, Optional.empty(), List.of(gpu())));
        case TWO_ADVERTISED -> cluster.node("gpu-b", "nvidia.com/L40S-24Q", 2);
      };
    }
  }

  /**
   * A guest as it comes out of the mutation, and what the rule has to say of it.
   *
   * @param message a part of it; empty where the rule must say nothing
   */
  record Case(
      Rule rule,
      String name,
      UnaryOperator<Fixture> cluster,
      Stock stock,
      UnaryOperator<ObjectNode> guest,
      String message) {
    @Override
    public String toString() {
      return rule + ": " + name;
    }
  }

  /** All cases. */
  static Stream<Case> all() {
    return Stream.of(profiles(), devices(), quantities(), injection(), licenses(), others())
        .flatMap(s -> s);
  }

  private static Stream<Case> profiles() {
    String annotation = "metadata.annotations[vgpu-steward.io/profile]: ";
    return Stream.of(
        found(
            Rule.UNKNOWN_PROFILE,
            "by annotation",
            Stock.L40S,
            asking("L40S-42Q"),
            annotation
                + "no GPU of this cluster knows the profile L40S-42Q; did you mean"
                + " L40S-48Q or L40S-12Q or L40S-24Q?"),
        found(
            Rule.UNKNOWN_PROFILE,
            "by a device",
            Stock.L40S,
            listing("nvidia.com/L40S-42Q"),
            "spec.template.spec.domain.devices.hostDevices: no GPU of this cluster knows"),
        found(
            Rule.UNKNOWN_PROFILE,
            "of a board that nobody has",
            Stock.UNKNOWN,
            listing("nvidia.com/H100-80C"),
            "the profile H100-80C; known are L4-6Q, L40S-24Q"),
        passed(Rule.UNKNOWN_PROFILE, "that a GPU could carry", Stock.L40S, asking("L40S-12Q")),
        passed(Rule.UNKNOWN_PROFILE, "that is permitted", Stock.UNKNOWN, asking("L40S-24Q")),
        passed(
            Rule.UNKNOWN_PROFILE,
            "of a permitted board without inventory",
            Stock.UNKNOWN,
            asking("L40S-42Q")),
        passed(
            Rule.UNKNOWN_PROFILE, "of mediated devices", Stock.L40S, listing("nvidia.com/T4-2Q")),
        found(
            Rule.PROFILE_NOT_SEEN,
            "without inventory",
            Stock.UNKNOWN,
            asking("L40S-12Q"),
            annotation
                + "whether a GPU can carry L40S-12Q is not known, because no node with a"
                + " L40S has said what it can; did you mean L40S-24Q?"),
        found(
            Rule.PROFILE_NOT_SEEN,
            "with an inventory that nobody vouches for",
            Stock.L40S_NOT_READY,
            asking("L40S-42Q"),
            "whether a GPU can carry L40S-42Q is not known"),
        passed(
            Rule.TOO_MANY,
            "with an inventory that nobody vouches for",
            Stock.L40S_NOT_READY,
            asking("L40S-24Q", "9")),
        passed(Rule.PROFILE_NOT_SEEN, "with inventory", Stock.L40S, asking("L40S-42Q")),
        passed(Rule.PROFILE_NOT_SEEN, "that is permitted", Stock.UNKNOWN, asking("L40S-24Q")),
        found(
            Rule.PROFILE_NOT_CARRIED,
            "that one could carry",
            Stock.L40S,
            asking("L40S-12Q"),
            annotation + "no virtual function carries L40S-12Q now, though one could"),
        found(
            Rule.PROFILE_NOT_CARRIED,
            "that none has room for",
            Stock.L40S_WITHOUT_FUNCTIONS,
            asking("L40S-48Q"),
            annotation + "no virtual function carries L40S-48Q or has room for it"),
        new Case(
            Rule.PROFILE_NOT_CARRIED,
            "that is permitted and not listed",
            cluster -> cluster.permitting(pci("10DE:26B9", "nvidia.com/L40S-16Q", false)),
            Stock.L40S,
            listing("nvidia.com/L40S-16Q"),
            "hostDevices: L40S-16Q is permitted, but no GPU of this cluster knows it; did you"
                + " mean L40S-12Q"),
        passed(Rule.PROFILE_NOT_CARRIED, "that is carried", Stock.L40S, asking("L40S-24Q")),
        passed(
            Rule.PROFILE_NOT_CARRIED,
            "of which nothing is known",
            Stock.UNKNOWN,
            asking("L40S-24Q")));
  }

  private static Stream<Case> devices() {
    String lists = "spec.template.spec.domain.devices.";
    return Stream.of(
        found(
            Rule.DEVICE_NOT_PERMITTED,
            "in hostDevices",
            Stock.UNKNOWN,
            listing("nvidia.com/A10-12Q"),
            lists
                + "hostDevices: nvidia.com/A10-12Q is not in KubeVirt's permittedHostDevices;"
                + " ask the cluster's operator to add it, or name one of nvidia.com/L4-6Q,"),
        found(
            Rule.DEVICE_NOT_PERMITTED,
            "in gpus",
            Stock.UNKNOWN,
            vm ->
                set(
                    vm,
                    "/domain/devices",
                    "gpus",
                    yaml("[{name: a, deviceName: nvidia.com/A10-12Q}]")),
            lists + "gpus: nvidia.com/A10-12Q"),
        new Case(
            Rule.DEVICE_NOT_PERMITTED,
            "of an instancetype",
            cluster -> cluster.instancetype("", "big", Fixture.gpus("nvidia.com/A10-12Q")),
            Stock.UNKNOWN,
            instancetype("big"),
            "spec.instancetype, its gpus: nvidia.com/A10-12Q"),
        found(
            Rule.DEVICE_NOT_PERMITTED,
            "beside a vGPU",
            Stock.UNKNOWN,
            listing("nvidia.com/L40S-24Q", "example.com/fpga"),
            lists + "hostDevices: example.com/fpga"),
        new Case(
            Rule.DEVICE_NOT_PERMITTED,
            "in hostDevices without their gate",
            Fixture::withoutHostDevicesGate,
            Stock.UNKNOWN,
            listing("nvidia.com/L40S-24Q"),
            "hostDevices: KubeVirt's feature gate HostDevices is off"),
        new Case(
            Rule.DEVICE_NOT_PERMITTED,
            "in gpus without the gate",
            Fixture::withoutHostDevicesGate,
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            ""),
        passed(
            Rule.DEVICE_NOT_PERMITTED,
            "that is permitted",
            Stock.UNKNOWN,
            listing("nvidia.com/L40S-24Q")),
        passed(
            Rule.DEVICE_NOT_PERMITTED,
            "that is mediated",
            Stock.UNKNOWN,
            listing("nvidia.com/T4-2Q")),
        passed(
            Rule.DEVICE_NOT_PERMITTED,
            "without a vGPU",
            Stock.UNKNOWN,
            listing("example.com/fpga")),
        new Case(
            Rule.DEVICE_NOT_PERMITTED,
            "where nothing is permitted",
            Fixture::permitting,
            Stock.UNKNOWN,
            listing("nvidia.com/L40S-24Q"),
            ""),
        passed(
            Rule.DEVICE_NOT_PERMITTED,
            "of DRA",
            Stock.UNKNOWN,
            vm ->
                set(
                    listing("nvidia.com/L40S-24Q").apply(vm),
                    "/domain/devices",
                    "gpus",
                    yaml("[{name: dra, claimName: c, requestName: r}]"))),
        new Case(
            Rule.DEVICE_NOT_PERMITTED,
            "without KubeVirt",
            Fixture::withoutKubeVirt,
            Stock.UNKNOWN,
            listing("nvidia.com/A10-12Q"),
            ""));
  }

  private static Stream<Case> quantities() {
    return Stream.of(
        found(
            Rule.TOO_MANY,
            "of a profile",
            Stock.L40S,
            asking("L40S-24Q", "3"),
            "no node can give 3 of L40S-24Q; the most that one has is 2"),
        found(
            Rule.TOO_MANY,
            "of a resource",
            Stock.TWO_ADVERTISED,
            asking("L40S-24Q", "3"),
            "metadata.annotations[vgpu-steward.io/profile]: no node can give 3 of L40S-24Q"),
        found(
            Rule.TOO_MANY,
            "of a listed resource",
            Stock.TWO_ADVERTISED,
            listing("nvidia.com/L40S-24Q", "nvidia.com/L40S-24Q", "nvidia.com/L40S-24Q"),
            "spec.template.spec.domain.devices.hostDevices: no node can give 3"),
        new Case(
            Rule.TOO_MANY,
            "with an instancetype's",
            cluster ->
                cluster.instancetype(
                    "",
                    "two",
                    Fixture.hostDevices(
                        "nvidia.com/L40S-24Q", "nvidia.com/L40S-24Q", "nvidia.com/L40S-24Q")),
            Stock.L40S,
            instancetype("two"),
            "spec.instancetype, its hostDevices: no node can give 3"),
        passed(Rule.TOO_MANY, "just enough", Stock.L40S, asking("L40S-24Q", "2")),
        passed(
            Rule.TOO_MANY,
            "just enough, listed once",
            Stock.TWO_ADVERTISED,
            vm -> asking("L40S-24Q", "2").apply(listing("nvidia.com/L40S-24Q").apply(vm))),
        passed(
            Rule.TOO_MANY,
            "of what is not known",
            Stock.L40S,
            listing("nvidia.com/L4-6Q", "nvidia.com/L4-6Q", "nvidia.com/L4-6Q")));
  }

  private static Stream<Case> injection() {
    return Stream.of(
        passed(Rule.INJECTION_MISSING, "after the mutation", Stock.UNKNOWN, asking("L40S-24Q")),
        passed(
            Rule.INJECTION_MISSING,
            "of devices, after the mutation",
            Stock.UNKNOWN,
            listing("nvidia.com/L40S-24Q")),
        passed(
            Rule.INJECTION_MISSING,
            "on Windows",
            Stock.UNKNOWN,
            vm ->
                set(
                    asking("L40S-24Q").apply(vm),
                    "/domain",
                    "features",
                    yaml("{hyperv: {relaxed: {}}}"))),
        passed(
            Rule.INJECTION_MISSING,
            "with Ignition",
            Stock.UNKNOWN,
            vm -> {
              ObjectNode template = (ObjectNode) asking("L40S-24Q").apply(vm).at("/spec/template");
              template.set("metadata", yaml("{annotations: {kubevirt.io/ignitiondata: '{}'}}"));
              return vm;
            }),
        passed(
            Rule.INJECTION_MISSING,
            "with DRA alone",
            Stock.UNKNOWN,
            vm ->
                set(
                    vm,
                    "/domain/devices",
                    "gpus",
                    yaml("[{name: d, claimName: c, requestName: r}]"))));
  }

  private static Stream<Case> licenses() {
    return Stream.of(
        found(
            Rule.LICENSE_MISSING,
            "none",
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            "there is no licence, and it cannot start before there is one; create Secret"
                + " vgpu-license in namespace tenant-a, or in vgpu-steward for all namespaces"),
        licensed(
            Rule.LICENSE_MISSING,
            "without a token",
            "tenant-a",
            new LicenseFact(false, Optional.empty()),
            "Secret tenant-a/vgpu-license holds no client configuration token"),
        licensed(
            Rule.LICENSE_MISSING,
            "the default without a token",
            "vgpu-steward",
            new LicenseFact(false, Optional.empty()),
            "Secret vgpu-steward/vgpu-license holds no"),
        licensed(Rule.LICENSE_MISSING, "its own", "tenant-a", until("2030-01-01"), ""),
        licensed(Rule.LICENSE_MISSING, "the default", "vgpu-steward", until("2030-01-01"), ""),
        licensed(
            Rule.LICENSE_MISSING,
            "somebody else's",
            "tenant-b",
            until("2030-01-01"),
            "there is no licence"),
        passed(
            Rule.LICENSE_MISSING,
            "none, on Windows",
            Stock.UNKNOWN,
            vm ->
                set(
                    asking("L40S-24Q").apply(vm),
                    "/domain",
                    "features",
                    yaml("{hyperv: {relaxed: {}}}"))),
        passed(Rule.LICENSE_MISSING, "none, and none wanted", Stock.UNKNOWN, vm -> vm),
        licensed(
            Rule.LICENSE_EXPIRING,
            "yesterday",
            "tenant-a",
            until("2025-12-31"),
            "the token in Secret tenant-a/vgpu-license expired at 2025-12-31T00:00:00Z"),
        licensed(
            Rule.LICENSE_EXPIRING,
            "in a week",
            "vgpu-steward",
            until("2026-01-08"),
            "the token in Secret vgpu-steward/vgpu-license expires at 2026-01-08T00:00:00Z"),
        licensed(Rule.LICENSE_EXPIRING, "in a month", "tenant-a", until("2026-02-01"), ""),
        licensed(
            Rule.LICENSE_EXPIRING,
            "never",
            "tenant-a",
            new LicenseFact(true, Optional.empty()),
            ""));
  }

  private static Case licensed(
      Rule rule, String name, String namespace, LicenseFact fact, String message) {
    return new Case(
        rule,
        name,
        cluster -> cluster.license(namespace, fact),
        Stock.UNKNOWN,
        asking("L40S-24Q"),
        message);
  }

  private static LicenseFact until(String day) {
    return new LicenseFact(true, Optional.of(Instant.parse(day + "T00:00:00Z")));
  }

  private static Stream<Case> others() {
    return Stream.of(
        found(
            Rule.MIXED_REQUEST,
            "annotation and another device",
            Stock.UNKNOWN,
            vm -> asking("L40S-24Q").apply(listing("nvidia.com/L4-6Q").apply(vm)),
            "asks for L40S-24Q beside the listed nvidia.com/L4-6Q, and it gets all of them"),
        passed(
            Rule.MIXED_REQUEST,
            "annotation and its own device",
            Stock.UNKNOWN,
            vm -> asking("L40S-24Q").apply(listing("nvidia.com/L40S-24Q").apply(vm))),
        passed(
            Rule.MIXED_REQUEST,
            "devices alone",
            Stock.UNKNOWN,
            listing("nvidia.com/L40S-24Q", "nvidia.com/L4-6Q")),
        found(
            Rule.ROOT_DISK,
            "on a containerDisk",
            Stock.UNKNOWN,
            vm ->
                set(
                    asking("L40S-24Q").apply(vm),
                    "",
                    "volumes",
                    yaml("[{name: root, containerDisk: {image: i}}]")),
            "spec.template.spec.volumes: the root disk root is a containerDisk"),
        found(
            Rule.ROOT_DISK,
            "of 10 GiB",
            Stock.UNKNOWN,
            rootDisk("storage", "10Gi"),
            "spec.dataVolumeTemplates: the root disk root of 10Gi may be too small"),
        found(Rule.ROOT_DISK, "of 20 GB", Stock.UNKNOWN, rootDisk("pvc", "20G"), "of 20G may be"),
        passed(Rule.ROOT_DISK, "of 20 GiB", Stock.UNKNOWN, rootDisk("storage", "20Gi")),
        passed(Rule.ROOT_DISK, "of no known size", Stock.UNKNOWN, rootDisk("storage", "much")),
        passed(Rule.ROOT_DISK, "that exists", Stock.UNKNOWN, asking("L40S-24Q")),
        passed(
            Rule.ROOT_DISK,
            "that boots before a containerDisk",
            Stock.UNKNOWN,
            vm -> {
              set(
                  asking("L40S-24Q").apply(vm),
                  "",
                  "volumes",
                  yaml(
                      "[{name: cd, containerDisk: {image: i}},"
                          + " {name: root, persistentVolumeClaim: {claimName: root}}]"));
              return set(
                  vm,
                  "/domain/devices",
                  "disks",
                  yaml("[{name: cd, disk: {}}, {name: root, bootOrder: 1, disk: {}}]"));
            }),
        passed(
            Rule.ROOT_DISK,
            "without a vGPU",
            Stock.UNKNOWN,
            vm ->
                set(
                    annotate(vm, "vgpu-steward.io/license", "true"),
                    "",
                    "volumes",
                    yaml("[{name: root, containerDisk: {image: i}}]"))),
        found(
            Rule.EVICTION_BLOCKED,
            "LiveMigrate",
            Stock.UNKNOWN,
            evicting("LiveMigrate"),
            "spec.template.spec.evictionStrategy: LiveMigrate keeps its node from being drained"),
        passed(
            Rule.EVICTION_BLOCKED,
            "LiveMigrateIfPossible",
            Stock.UNKNOWN,
            evicting("LiveMigrateIfPossible")),
        new Case(
            Rule.EVICTION_BLOCKED,
            "LiveMigrate by default",
            cluster -> cluster.evictionStrategy("LiveMigrate"),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            "evictionStrategy: the cluster's default LiveMigrate keeps its node"),
        new Case(
            Rule.EVICTION_BLOCKED,
            "None in place of LiveMigrate",
            cluster -> cluster.evictionStrategy("LiveMigrate"),
            Stock.UNKNOWN,
            evicting("None"),
            ""),
        passed(Rule.EVICTION_BLOCKED, "none", Stock.UNKNOWN, asking("L40S-24Q")),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "1.8",
            cluster -> cluster.version("v1.8.2"),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            "KubeVirt v1.8.2 offers no virtual functions of NVIDIA's driver"),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "0.59",
            cluster -> cluster.version("0.59.0"),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            "KubeVirt 0.59.0"),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "1.9",
            cluster -> cluster.version("v1.9.0-beta.0"),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            ""),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "1.10",
            cluster -> cluster.version("v1.10.0"),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            ""),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "of nobody's numbering",
            cluster -> cluster.version("main"),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            ""),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "1.8 beside another device plugin",
            cluster ->
                cluster.version("v1.8.2").permitting(pci("10DE:26B9", "nvidia.com/L40S-24Q", true)),
            Stock.UNKNOWN,
            asking("L40S-24Q"),
            ""),
        new Case(
            Rule.KUBEVIRT_TOO_OLD,
            "1.8 with mediated devices",
            cluster -> cluster.version("v1.8.2"),
            Stock.UNKNOWN,
            listing("nvidia.com/T4-2Q"),
            ""));
  }

  private static Case found(
      Rule rule, String name, Stock stock, UnaryOperator<ObjectNode> guest, String message) {
    return new Case(rule, name, cluster -> cluster, stock, guest, message);
  }

  private static Case passed(Rule rule, String name, Stock stock, UnaryOperator<ObjectNode> guest) {
    return found(rule, name, stock, guest, "");
  }

  private static UnaryOperator<ObjectNode> asking(String profile) {
    return vm -> annotate(vm, "vgpu-steward.io/profile", profile);
  }

  private static UnaryOperator<ObjectNode> asking(String profile, String count) {
    return vm -> annotate(asking(profile).apply(vm), "vgpu-steward.io/count", count);
  }

  private static UnaryOperator<ObjectNode> listing(String... resources) {
    StringBuilder list = new StringBuilder("[");
    for (int index = 0; index < resources.length; index++) {
      list.append("{name: d").append(index).append(", deviceName: ").append(resources[index]);
      list.append("},");
    }
    return vm -> set(vm, "/domain/devices", "hostDevices", yaml(list + "]"));
  }

  private static UnaryOperator<ObjectNode> instancetype(String name) {
    return vm -> {
      ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: " + name + "}"));
      return vm;
    };
  }

  private static UnaryOperator<ObjectNode> evicting(String strategy) {
    return vm -> set(asking("L40S-24Q").apply(vm), "", "evictionStrategy", yaml(strategy));
  }

  private static UnaryOperator<ObjectNode> rootDisk(String form, String size) {
    return vm -> {
      ((ObjectNode) vm.path("spec"))
          .set(
              "dataVolumeTemplates",
              yaml(
                  "[{metadata: {name: root}, spec: {%s: {resources: {requests: {storage: %s}}}}}]"
                      .formatted(form, size)));
      return set(
          asking("L40S-24Q").apply(vm),
          "",
          "volumes",
          yaml("[{name: root, dataVolume: {name: root}}]"));
    };
  }

  private static Gpu gpu(Vf... functions) {
    return new Gpu(
        "0000:41:00.0",
        PciId.parse("10DE:26B9"),
        Optional.of("L40S"),
        false,
        Gpu.Sizes.Equal,
        OptionalInt.of(48),
        new TreeSet<>(Set.of(profile("L40S-12Q"), profile("L40S-24Q"), profile("L40S-48Q"))),
        List.of(functions));
  }

  private static Profile profile(String name) {
    return Profile.parse(name).orElseThrow();
  }
}
