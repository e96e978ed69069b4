package io.vgpusteward.extender;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Heartbeat;
import io.vgpusteward.cluster.Heartbeats;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.cluster.Launchers;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A cluster whose nodes carry profiles of an L40S behind the one resource of its PCI id. */
public final class Scene {
  public static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  public static final ResourceName RESOURCE = new ResourceName("nvidia.com/L40S-24Q");

  private static final PciId ID = PciId.parse("10DE:26B9").orElseThrow();

  private final Map<String, Node> nodes = new TreeMap<>();
  private final Map<String, NodeInventory> inventories = new TreeMap<>();
  private Heartbeats heartbeats = Heartbeats.none();
  private final List<LauncherPod> launchers = new ArrayList<>();

  /** A node with two VFs of one profile. */
  public Scene node(String name, String profile) {
    Profile carried = Profile.parse(profile).orElseThrow();
    List<Vf> vfs =
        IntStream.of(4, 5).mapToObj(i -> Vf.carrying("0000:41:00." + i, carried)).toList();
    Gpu gpu =
        new Gpu(
            "0000:41:00.0",
            Optional.of(ID),
            Optional.of("L40S"),
            false,
            Gpu.Sizes.Equal,
            OptionalInt.of(48),
            new TreeSet<>(Set.of(carried)),
            vfs);
    inventories.put(name, NodeInventory.of(name, gpu));
    return silentNode(name);
  }

  /** A node whose agent has published nothing. */
  public Scene silentNode(String name) {
    SortedMap<ResourceName, Integer> two = new TreeMap<>(Map.of(RESOURCE, 2));
    nodes.put(name, new Node(name, true, two, two, Collections.emptySortedSet()));
    return this;
  }

  /** Somebody on a node who holds one of its devices. */
  public Scene launcher(String node) {
    String name = "launcher-" + launchers.size();
    launchers.add(
        new LauncherPod(
            "default",
            name,
            "uid-" + name,
            Optional.of(node),
            Optional.empty(),
            new TreeMap<>(Map.of(RESOURCE, 1)),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            true));
    return this;
  }

  /** When the agent of a node was last alive; from then on agents are heard here. */
  public Scene heartbeat(String node, Instant renewed) {
    heartbeats = heartbeats.with(new Heartbeat("vgpu-steward", node, node, renewed));
    return this;
  }

  public ClusterView view() {
    PermittedDevice entry =
        new PermittedDevice(PermittedDevice.Kind.PCI, "10DE:26B9", RESOURCE, false);
    return ClusterView.builder(NOW)
        .kubeVirt(
            Optional.of(
                new KubeVirt(
                    "kubevirt",
                    "kubevirt",
                    new PermittedDevices(List.of(entry)),
                    Set.of(),
                    Optional.empty())))
        .nodes(nodes)
        .inventories(inventories)
        .launchers(Launchers.of(launchers))
        .heartbeats(heartbeats)
        .knowsHeartbeats(!heartbeats.isEmpty())
        .build();
  }

  /** A launcher pod that asks for one device, and by its annotation for a profile. */
  public static String pod(String profile) {
    return """
    {"metadata":{"name":"virt-launcher-a","namespace":"team","uid":"u","annotations":{"vgpu-steward.io/profile":"PROFILE"}},\
    "spec":{"containers":[{"name":"compute","resources":{"limits":{"nvidia.com/L40S-24Q":"1","vgpu-steward.io/framebuffer-gib":"24"},\
    "requests":{"nvidia.com/L40S-24Q":"1","vgpu-steward.io/framebuffer-gib":"24"}}}]},"status":{}}\
    """
        .replace("PROFILE", profile);
  }

  /** A pod that asks for no vGPU. */
  public static String plainPod() {
    return """
    {"metadata":{"name":"web","namespace":"team","uid":"w"},"spec":{"containers":[{"name":"web","resources":{}}]},"status":{}}\
    """;
  }
}
