package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestDevices;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Guests;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.cluster.Launchers;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.cluster.Traces;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cluster for tests: L40S by one resource name, and the virtual machine {@code t/desk}. */
public final class Scene {
  static final String L40S = "nvidia.com/L40S-24Q";
  static final Profile P24 = Profile.parse("L40S-24Q").orElseThrow();
  static final Profile P12 = Profile.parse("L40S-12Q").orElseThrow();

  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, NodeInventory> inventories = new HashMap<>();
  private final Map<GuestKey, Guest> guests = new HashMap<>();
  private final List<LauncherPod> pods = new ArrayList<>();
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();
  private List<String> permitted = List.of(L40S);
  private boolean kubeVirt = true;

  public Scene withoutKubeVirt() {
    kubeVirt = false;
    return this;
  }

  Scene permitting(String... names) {
    permitted = List.of(names);
    return this;
  }

  Scene namespace(String name, Map<String, String> labels) {
    namespaces.put(name, labels);
    return this;
  }

  /** A node with one L40S, as its agent has published it. */
  public Scene node(String name, int allocatable, Vf... vfs) {
    inventories.put(
        name,
        NodeInventory.of(
            name,
            new Gpu(
                "0000:41:00.0",
                Optional.of(new PciId("10DE:26B9")),
                Optional.of("L40S"),
                false,
                Gpu.Sizes.Equal,
                OptionalInt.of(48),
                new TreeSet<>(Set.of(P24, P12)),
                List.of(vfs))));
    return nodeWithoutInventory(name, allocatable);
  }

  public Scene nodeWithoutInventory(String name, int allocatable) {
    nodes.put(name, node(name, allocatable, true, Set.of()));
    return this;
  }

  Scene cordoned(String name) {
    nodes.computeIfPresent(
        name,
        (key, node) -> new Node(key, false, node.allocatable(), node.capacity(), node.profiles()));
    return this;
  }

  Scene labelled(String name, String profile) {
    nodes.computeIfPresent(
        name,
        (key, node) ->
            new Node(
                key,
                node.schedulable(),
                node.allocatable(),
                node.capacity(),
                new TreeSet<>(Set.of(profile))));
    return this;
  }

  private static Node node(
      String name, int allocatable, boolean schedulable, Set<String> profiles) {
    SortedMap<ResourceName, Integer> devices = new TreeMap<>();
    if (allocatable >= 0) {
      devices.put(new ResourceName(L40S), allocatable);
    }
    return new Node(name, schedulable, devices, devices, new TreeSet<>(profiles));
  }

  /** A node without devices. */
  Scene plainNode(String name) {
    return nodeWithoutInventory(name, -1);
  }

  /** The virtual machine {@code t/desk}, which asks by annotation and has got its device. */
  public Scene machine(String profile) {
    return machine("desk", profile, Map.of(L40S, 1), Set.of(), true);
  }

  Scene machine(
      String name,
      String profile,
      Map<String, Integer> listed,
      Set<String> required,
      boolean running) {
    Map<String, String> annotations = new HashMap<>(Map.of(Keys.INJECTED, "{}"));
    if (!profile.isEmpty()) {
      annotations.put(Keys.PROFILE, profile);
    }
    return guest(GuestKey.Kind.VirtualMachine, name, annotations, listed, required, running, false);
  }

  /** The virtual machine as its user wrote it, without what the webhook adds. */
  Scene unmanaged(String profile, boolean optedOut) {
    return guest(
        GuestKey.Kind.VirtualMachine,
        "desk",
        Map.of(Keys.PROFILE, profile),
        Map.of(),
        Set.of(),
        false,
        optedOut);
  }

  Scene instance(String name, String profile) {
    return guest(
        GuestKey.Kind.VirtualMachineInstance,
        name,
        Map.of(Keys.PROFILE, profile),
        Map.of(L40S, 1),
        Set.of(),
        true,
        false);
  }

  /** The bare instance, and its pod, which its scheduler could not place. */
  public Scene instanceWaiting(String name) {
    return instance(name, "L40S-24Q")
        .pod(name, Optional.empty(), Optional.of("0/3 nodes are available"));
  }

  private Scene guest(
      GuestKey.Kind kind,
      String name,
      Map<String, String> annotations,
      Map<String, Integer> listed,
      Set<String> required,
      boolean running,
      boolean optedOut) {
    GuestKey key = new GuestKey(kind, "t", name);
    guests.put(
        key,
        new Guest(
            key,
            name + "-uid",
            Optional.empty(),
            false,
            false,
            false,
            annotations,
            Optional.empty(),
            false,
            new GuestDevices(devices(listed), !listed.isEmpty(), Optional.empty()),
            new Traces(
                Optional.ofNullable(annotations.get(Keys.PROFILE)),
                new TreeSet<>(required),
                0,
                Optional.empty()),
            running,
            optedOut,
            false));
    return this;
  }

  /** The pod of {@code t/desk}, which its scheduler could not place. */
  public Scene waiting() {
    return pod("desk", Optional.empty(), Optional.of("0/3 nodes are available"));
  }

  Scene pod(String guest, Optional<String> node, Optional<String> unschedulable) {
    pods.add(
        new LauncherPod(
            "t",
            "virt-launcher-" + guest + "-abcde",
            guest + "-pod",
            node,
            Optional.of(guest),
            devices(Map.of(L40S, 1)),
            Optional.of("L40S-24Q"),
            0,
            Optional.of("default-scheduler"),
            unschedulable,
            false));
    return this;
  }

  private static SortedMap<ResourceName, Integer> devices(Map<String, Integer> named) {
    SortedMap<ResourceName, Integer> devices = new TreeMap<>();
    named.forEach((name, count) -> devices.put(new ResourceName(name), count));
    return devices;
  }

  public ClusterView view() {
    PermittedDevices list =
        new PermittedDevices(
            permitted.stream()
                .map(name ->
                    new PermittedDevice(
                        PermittedDevice.Kind.PCI, "10DE:26B9", new ResourceName(name), false))
                .toList());
    return ClusterView.builder(Instant.EPOCH)
        .kubeVirt(
            kubeVirt
                ? Optional.of(
                    new KubeVirt("kubevirt", "kubevirt", list, Set.of(), Optional.empty()))
                : Optional.empty())
        .namespaceLabels(namespaces)
        .guests(new Guests(guests))
        .nodes(nodes)
        .inventories(inventories)
        .launchers(Launchers.of(pods))
        .build();
  }

  /** What is said of {@code t/desk}. */
  Explanation explained() {
    ClusterView view = view();
    return new Explainer(view, Instant.EPOCH, Duration.ofMinutes(5))
        .explain(Subject.named(view, "t", "desk").orElseThrow());
  }

  static Vf carrying(int number, Profile profile) {
    return Vf.carrying("0000:41:00." + number, profile);
  }

  static Vf empty(int number) {
    return Vf.unset("0000:41:00." + number, Set.of(P24, P12));
  }

  /** About to carry the other profile. */
  static Vf changing(int number) {
    Vf now = carrying(number, P12);
    return new Vf(
        now.busId(),
        false,
        now.current(),
        false,
        Optional.of(P24),
        Vf.State.Changing,
        Optional.empty(),
        Optional.empty(),
        now.creatable());
  }
}
