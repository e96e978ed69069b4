package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A scene in words that tests can read. Times are seconds, and it is 1000 now.
 *
 * <p>Functions are {@code <n>:<type>[@<since>[!]]}, on an L40S: {@code 4:1155@50!} is 0000:41:00.4
 * with type 1155 since 50, and was seen to become so; {@code ?} is a type that cannot be read,
 * {@code vfio} what is passed through, {@code g<group>} behind it another IOMMU group than its
 * number, and {@code c} that it is about to change.
 *
 * <p>What the kubelet has is {@code <id>,<id>}, or {@code #<count>} where only the Node's number is
 * known, or {@code <resource>=} before either.
 */
final class SceneText {
  static final Instant NOW = Instant.ofEpochSecond(1000);
  static final String L40S = "nvidia.com/L40S-24Q";
  private static final String SLOT = "0000:41:00.";

  private final List<HostVf> vfs = new ArrayList<>();
  private final Map<String, Profile> carried = new HashMap<>();
  private final Map<String, String> groups = new HashMap<>();
  private final Set<String> changing = new HashSet<>();
  private final Map<String, Sightings.Seen> typed = new HashMap<>();
  private Optional<PciId> card = PciId.parse("10DE:26B9");
  private Optional<String> driver = Optional.of("nvidia");
  private List<PermittedDevice> permitted = List.of(pci("10de:26b9", L40S));
  private Instant permittedSince = Instant.EPOCH;
  private Optional<String> version = Optional.of("v1.9.0");
  private List<String> problems = List.of();
  private boolean isThere = true;
  private boolean gate = true;
  private Optional<VirtHandler> handler = Optional.of(started(100));
  private Optional<Map<ResourceName, Set<String>>> devices = Optional.empty();
  private Map<ResourceName, Integer> allocatable = Map.of();

  static SceneText with(String functions) {
    SceneText text = new SceneText();
    words(functions).forEach(text::add);
    return text;
  }

  private void add(String word) {
    String vf = SLOT + word.charAt(0);
    String rest = word.substring(2);
    if (rest.endsWith("c")) {
      changing.add(vf);
      rest = rest.substring(0, rest.length() - 1);
    }
    String group = word.substring(0, 1);
    if (rest.indexOf('g') > 0) {
      group = rest.substring(rest.indexOf('g') + 1);
      rest = rest.substring(0, rest.indexOf('g'));
    }
    if (!group.equals("-")) {
      groups.put(vf, group);
    }
    boolean watched = rest.endsWith("!");
    String[] parts = rest.replace("!", "").split("@", -1);
    boolean isVgpu = !parts[0].equals("vfio");
    Optional<Long> type =
        parts[0].equals("?") || !isVgpu ? Optional.empty() : Optional.of(Long.valueOf(parts[0]));
    type.filter(id -> id == 1155)
        .flatMap(id -> Profile.parse("L40S-24Q"))
        .ifPresent(profile -> carried.put(vf, profile));
    type.ifPresent(id ->
        typed.put(
            vf,
            new Sightings.Seen(
                id,
                Instant.ofEpochSecond(parts.length > 1 ? Long.parseLong(parts[1]) : 50),
                watched)));
    vfs.add(
        new HostVf(
            vf, Optional.of(isVgpu ? "nvidia" : "vfio-pci"), type, List.of(), Optional.empty()));
  }

  /** What the kubelet has; nothing is a kubelet that has no device. */
  SceneText offered(String offers) {
    Map<ResourceName, Set<String>> ids = new HashMap<>();
    Map<ResourceName, Integer> counts = new HashMap<>();
    words(offers)
        .forEach(word -> {
          String resource = word.indexOf('=') < 0 ? L40S : word.substring(0, word.indexOf('='));
          String value = word.substring(word.indexOf('=') + 1);
          if (value.startsWith("#")) {
            counts.put(new ResourceName(resource), Integer.valueOf(value.substring(1)));
          } else {
            ids.put(new ResourceName(resource), Set.of(value.split(",", -1)));
          }
        });
    devices = counts.isEmpty() ? Optional.of(ids) : Optional.empty();
    allocatable = counts;
    return this;
  }

  /**
   * What else there is: {@code v1.8.2} (a version), {@code no-kubevirt}, {@code no-gate}, {@code
   * no-id}, {@code problem} (of the host's), {@code passed-through} (the whole card), {@code
   * listed@<since>}, {@code handler@<since>}, {@code handler-stopped}, {@code no-handler}, {@code
   * no-entry}, {@code entry:<resource>=<selector>}, {@code external:<resource>=<selector>}.
   */
  SceneText and(String facts) {
    words(facts).forEach(this::fact);
    return this;
  }

  private void fact(String word) {
    switch (word) {
      case "no-kubevirt" -> isThere = false;
      case "no-gate" -> gate = false;
      case "problem" -> problems = List.of("cannot list /sys/bus/pci/devices");
      case "no-id" -> card = Optional.empty();
      case "no-handler" -> handler = Optional.empty();
      case "handler-stopped" ->
          handler = Optional.of(new VirtHandler("kv", "vh-x", "u1", Optional.empty()));
      case "no-entry" -> permitted = List.of();
      case "passed-through" -> {
        driver = Optional.of("vfio-pci");
        groups.put(SLOT + "0", "40");
      }
      default -> setting(word);
    }
  }

  private void setting(String word) {
    if (word.startsWith("v1") || word.equals("devel")) {
      version = Optional.of(word);
    } else if (word.startsWith("listed@")) {
      permittedSince = Instant.ofEpochSecond(Long.parseLong(word.substring(7)));
    } else if (word.startsWith("handler@")) {
      handler = Optional.of(started(Long.parseLong(word.substring(8))));
    } else {
      boolean external = word.startsWith("external:");
      String[] entry = word.substring(word.indexOf(':') + 1).split("=", -1);
      permitted =
          Stream.concat(
                  permitted.stream(),
                  Stream.of(
                      new PermittedDevice(
                          Kind.PCI, entry[1], new ResourceName(entry[0]), external)))
              .toList();
    }
  }

  Scene scene() {
    return new Scene(
        new Host(Host.Era.SRIOV, List.of(new HostGpu(SLOT + "0", card, driver, 16, vfs)), problems),
        carried,
        groups,
        changing,
        typed,
        permittedSince,
        isThere
            ? Optional.of(new KubeVirtFacts("kv", new PermittedDevices(permitted), version, gate))
            : Optional.empty(),
        allocatable,
        devices,
        handler,
        NOW);
  }

  /** {@code Kind resource .4 .5}, one for each cause. */
  static String shown(List<Cause> causes) {
    return causes.stream()
        .map(cause ->
            Stream.concat(
                    Stream.of(cause.kind().name()),
                    new TreeMap<>(cause.functions())
                        .keySet().stream().map(vf -> vf.replace(SLOT, ".")))
                .collect(Collectors.joining(" ")))
        .collect(Collectors.joining("; "));
  }

  static VirtHandler started(long at) {
    return new VirtHandler("kv", "vh-x", "u1", Optional.of(Instant.ofEpochSecond(at)));
  }

  private static PermittedDevice pci(String selector, String resource) {
    return new PermittedDevice(Kind.PCI, selector, new ResourceName(resource), false);
  }

  private static Stream<String> words(String text) {
    return text == null
        ? Stream.of()
        : Arrays.stream(text.split(" ", -1)).filter(word -> !word.isBlank());
  }
}
