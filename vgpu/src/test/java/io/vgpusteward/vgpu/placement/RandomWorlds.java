package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Gpu.Sizes;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.Vf.Holder;
import io.vgpusteward.vgpu.Vf.State;
import io.vgpusteward.vgpu.placement.World.Function;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes worlds at random; one seed makes one world. */
final class RandomWorlds {
  private record Board(String name, List<String> ids, List<String> profiles) {}

  private static final List<Board> BOARDS =
      List.of(
          new Board("L40S", List.of("26B9"), List.of("L40S-24Q", "L40S-24C", "L40S-12Q")),
          new Board("A10", List.of("2236"), List.of("A10-24Q", "A10-12Q")),
          new Board("H100", List.of("2331", "2330"), List.of("H100-20C", "H100-10C", "H100-1-10C")),
          new Board("A2", List.of("25B6"), List.of("A2-4Q")),
          new Board("A16", List.of("25B6"), List.of("A16-4Q", "A16-8Q")));

  /** Selectors and names as they stand in permitted lists. */
  private static final List<String> ENTRIES =
      List.of(
          "10DE:26B9 L40S-24Q",
          "10de:26b9 L40S-24Q",
          "10DE:26b9 L40S-12Q",
          "10DE:26B9 vgpu",
          "10DE:2236 A10-24Q",
          "10DE:2236 A10-24Q",
          "10DE:2331 H100-20C",
          "10DE:2330 H100-20C",
          "10DE:2330 H100-10C",
          "10DE:2331 NVIDIA_H100-10C",
          "10DE:25B6 A16-4Q",
          "10DE:25B6 A2-4Q");

  private final Random random;
  private final List<Function> functions = new ArrayList<>();
  private final List<Gpu> gpus = new ArrayList<>();

  /** What is meant for most VFs of each GPU. */
  private final List<String> commons = new ArrayList<>();

  private final boolean isStale;
  private final boolean isReady;
  private final boolean isDenied;
  private boolean isPlain;

  private RandomWorlds(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    isStale = happens(4);
    isReady = !happens(4);
    isDenied = happens(4);
    isPlain = !isStale && isReady && !isDenied;
  }

  static World of(long seed) {
    return new RandomWorlds(seed).world();
  }

  private World world() {
    PermittedDevices permitted = permitted();
    int cards = 1 + random.nextInt(3);
    Board board = any(BOARDS);
    for (int card = 1; card <= cards; card++) {
      gpus.add(gpu(card, happens(50) ? board : any(BOARDS)));
    }
    Map<String, List<Function>> advertised = advertised(permitted);
    Freshness freshness = isStale ? Freshness.stale("no heartbeat") : Freshness.fresh();
    return new World(
        permitted, functions, advertised, inventory(), freshness, request(permitted), isPlain);
  }

  private PermittedDevices permitted() {
    if (happens(2)) {
      return PermittedDevices.none();
    }
    List<PermittedDevice> entries = new ArrayList<>();
    int count = 3 + random.nextInt(5);
    for (int index = 0; index < count; index++) {
      String[] entry = any(ENTRIES).split(" ", 2);
      entries.add(
          new PermittedDevice(
              Kind.PCI,
              happens(3) ? entry[0] + " " : entry[0],
              new ResourceName("nvidia.com/" + entry[1]),
              happens(8)));
    }
    return new PermittedDevices(entries);
  }

  private Gpu gpu(int card, Board board) {
    String id = any(board.ids());
    List<String> profiles = board.profiles();
    String address = "0000:0" + card + ":00.0";
    boolean isWhole = happens(6);
    functions.add(new Function(address, lower(id), true, isWhole, "", ""));
    List<Vf> vfs = new ArrayList<>();
    String common = happens(70) ? profiles.getFirst() : any(profiles);
    commons.add(common);
    String usual = happens(20) ? "" : common;
    int most = isWhole ? 0 : random.nextInt(5);
    for (int index = 0; index < most; index++) {
      vfs.add(vf("0000:0" + card + ":00." + (index + 4), lower(id), usual, profiles));
    }
    boolean isIdKnown = !happens(5);
    isPlain &= isIdKnown;
    return new Gpu(
        address,
        isIdKnown ? PciId.parse("10DE:" + id) : Optional.empty(),
        isWhole || happens(10) ? Optional.empty() : Optional.of(board.name()),
        isWhole,
        Sizes.Unknown,
        OptionalInt.empty(),
        new TreeSet<>(),
        vfs);
  }

  private Vf vf(String address, String id, String usual, List<String> profiles) {
    String type = happens(88) ? usual : happens(50) ? any(profiles) : "";
    boolean isDetached = happens(2);
    boolean isChanging = happens(2);
    boolean isUnreadable = happens(2);
    boolean isNameless = !type.isEmpty() && happens(2);
    String next = happens(80) ? any(profiles) : "";
    functions.add(
        new Function(
            address,
            id,
            false,
            isDetached,
            isDetached ? "" : type,
            isChanging || isStale || !isReady ? any(List.of(type, next, "")) : type));
    isPlain &= !isChanging && !isUnreadable && !isNameless;
    String told = isUnreadable && happens(50) ? "" : type;
    TreeSet<Profile> creatable = new TreeSet<>();
    if (happens(50)) {
      profiles.forEach(name -> creatable.add(Written.profile(name)));
    }
    return new Vf(
        address,
        isDetached,
        isDetached || isNameless ? Optional.empty() : Profile.parse(told),
        isNameless,
        isChanging ? Profile.parse(next) : Profile.parse(told),
        isUnreadable
            ? State.Unknown
            : isChanging
                ? State.Changing
                : any(List.of(State.Settled, State.Settled, State.Pending, State.Failed)),
        Optional.empty(),
        happens(30)
            ? Optional.of(new Holder("team", "virt-launcher-" + address, Optional.of("one")))
            : Optional.empty(),
        creatable);
  }

  /** What KubeVirt's discovery finds (pci_device.go), and other plugins beside it. */
  private Map<String, List<Function>> advertised(PermittedDevices permitted) {
    Map<String, String> supported = new HashMap<>();
    for (PermittedDevice entry : permitted.entries()) {
      if (!entry.external()) {
        supported.put(entry.selector().toLowerCase(Locale.ROOT), entry.resource().value());
      }
    }
    Map<String, List<Function>> found = new TreeMap<>();
    for (Function function : functions) {
      String resource = supported.get(function.id());
      boolean isGiven =
          function.isDetached() || (!function.isPhysical() && !function.type().isEmpty());
      if (resource != null && isGiven) {
        found.computeIfAbsent(resource, name -> new ArrayList<>()).add(function);
      }
    }
    if (isDenied) {
      found.values().forEach(this::exchange);
    } else if (happens(12)) {
      makeStale(found, supported);
    }
    permitted.entries().stream()
        .filter(PermittedDevice::external)
        .forEach(entry -> addExternal(found, supported, entry.resource()));
    return found;
  }

  /** As many devices lost as gained: a VF that carries nothing any more in the place of one. */
  private void exchange(List<Function> devices) {
    String id = devices.getFirst().id();
    functions.stream()
        .filter(one -> one.id().equals(id) && !one.isPhysical() && !one.isDetached())
        .filter(one -> one.type().isEmpty())
        .findFirst()
        .ifPresent(empty -> devices.set(0, empty));
  }

  /**
   * The plugin has not seen what was set since, or still has what was set before. Not both: as many
   * devices gained as lost are beyond what numbers tell, and are for the node agent to find.
   */
  private void makeStale(Map<String, List<Function>> found, Map<String, String> supported) {
    if (happens(50)) {
      for (List<Function> devices : found.values()) {
        int most = devices.size();
        devices.removeIf(device -> happens(40));
        isPlain &= devices.size() == most;
      }
      return;
    }
    for (Function function : functions) {
      String resource = supported.get(function.id());
      boolean isEmpty =
          !function.isPhysical() && !function.isDetached() && function.type().isEmpty();
      if (resource != null && isEmpty) {
        found.computeIfAbsent(resource, name -> new ArrayList<>()).add(function);
        isPlain = false;
      }
    }
  }

  /**
   * Another plugin hands out what its resource is named after. Beside KubeVirt either may win,
   * which is an excuse wherever KubeVirt may have had a device at some time.
   */
  private void addExternal(
      Map<String, List<Function>> found, Map<String, String> supported, ResourceName resource) {
    isPlain &=
        functions.stream().noneMatch(one -> resource.value().equals(supported.get(one.id())));
    List<Function> devices = new ArrayList<>();
    String profile = resource.profile().map(Profile::name).orElse("any");
    int count = random.nextInt(4);
    for (int index = 0; index < count; index++) {
      devices.add(new Function("device-" + index, "", false, false, profile, profile));
    }
    if (!found.containsKey(resource.value()) || happens(50)) {
      found.put(resource.value(), devices);
    }
  }

  private Optional<NodeInventory> inventory() {
    boolean isThere = !happens(4);
    isPlain &= isThere;
    return isThere
        ? Optional.of(
            new NodeInventory(
                "n",
                isReady,
                Optional.empty(),
                isDenied ? Optional.of("2 of 4") : Optional.empty(),
                gpus))
        : Optional.empty();
  }

  private VgpuRequest request(PermittedDevices permitted) {
    Map<ResourceName, Integer> devices = new TreeMap<>();
    int resources = happens(60) ? 1 : 2;
    for (int index = 0; index < resources; index++) {
      devices.put(resource(permitted), happens(70) ? 1 : 2 + random.nextInt(2));
    }
    Optional<Profile> annotated =
        happens(4)
            ? Profile.parse(any(any(BOARDS).profiles()))
            : commons.stream()
                .flatMap(name -> Profile.parse(name).stream())
                .filter(profile ->
                    permitted.resourceFor(profile).filter(devices::containsKey).isPresent())
                .findAny()
                .filter(profile -> happens(60));
    return VgpuRequest.of(devices, annotated, permitted);
  }

  /** Mostly one that the node's cards could have. */
  private ResourceName resource(PermittedDevices permitted) {
    List<PermittedDevice> entries = permitted.entries();
    List<ResourceName> near =
        entries.stream()
            .filter(entry ->
                functions.stream()
                    .anyMatch(one -> one.id().equals(entry.selector().toLowerCase(Locale.ROOT))))
            .map(PermittedDevice::resource)
            .toList();
    if (!near.isEmpty() && happens(95)) {
      return any(near);
    }
    return entries.isEmpty() || happens(5)
        ? new ResourceName("nvidia.com/L40-24Q")
        : any(entries).resource();
  }

  private static String lower(String device) {
    return "10de:" + device.toLowerCase(Locale.ROOT);
  }

  private boolean happens(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
