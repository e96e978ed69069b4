package io.vgpusteward.agent;

import io.vgpusteward.agent.advertised.KubeVirtFacts;
import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.claim.Reading;
import io.vgpusteward.agent.podresources.PodResources;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.agent.report.VfReport;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that an agent meets, in memory; what it does stands in one list, in order. */
final class FakeWorld implements NodeCluster, Publisher, EventLog, Witness, InstantSource {
  static final ResourceName RESOURCE = new ResourceName("nvidia.com/L40S-24Q");
  static final Settings SETTINGS =
      new Settings("n1", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofMinutes(1));

  final List<String> said = new ArrayList<>();
  FakeGpus gpus = new FakeGpus(said, 0, 0);
  Instant now = Instant.parse("2026-11-21T10:00:00Z");
  Map<String, String> profiles = Map.of();
  SortedMap<ResourceName, Integer> allocatable = new TreeMap<>();
  Claims known = Claims.none();
  Claims certain = Claims.none();
  boolean isSeen = true;
  boolean hasNode = true;
  boolean isIntact = true;
  Set<String> failing = Set.of();
  LastWords last = LastWords.none();
  @Nullable NodeReport report;
  NodeMarks marks = new NodeMarks("", new TreeSet<>());

  private final Path sysfs;

  /** A world whose functions have IOMMU groups, for which the folder is used. */
  FakeWorld(Path folder) {
    sysfs = folder;
    try {
      for (String vf : List.of(FakeGpus.FIRST, FakeGpus.SECOND)) {
        Path function = Files.createDirectories(folder.resolve("bus/pci/devices").resolve(vf));
        Files.createSymbolicLink(
            function.resolve("iommu_group"),
            Path.of("../../../kernel/iommu_groups/1" + vf.charAt(11)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The GPU carries these, and an agent before has published the names of all types. */
  void carrying(long first, long second) {
    gpus = new FakeGpus(said, first, second);
    TreeMap<Long, Profile> offered = new TreeMap<>();
    for (long type : new long[] {1153, 1155, 1156}) {
      offered.put(type, FakeGpus.profile(type));
    }
    last =
        new LastWords(
            List.of(), Map.of(FakeGpus.GPU, new LastWords.Gpu(offered, OptionalInt.of(48))));
  }

  NodeAgent agent() {
    return new NodeAgent(
        SETTINGS,
        new NodeAgent.Ports(
            gpus,
            this,
            new Doctor(new NoKubelet(), new IommuGroups(sysfs), Optional.empty()),
            this,
            this,
            this,
            this));
  }

  /** Who holds a function, or may get one of the GPU. */
  static Claims awaiting(String pod) {
    return new Claims(
        Map.of(),
        List.of(
            new Claims.Awaiting(
                new Vf.Holder("team", pod, Optional.of("vm-" + pod)),
                Set.of(new PciId("10DE:26B9")))));
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** What was done since the last question, but signs of life. */
  List<String> told() {
    List<String> told = said.stream().filter(line -> !line.equals("heartbeat")).toList();
    said.clear();
    return told;
  }

  private void may(String what) {
    if (failing.contains(what)) {
      throw new UnavailableException(what + " does not work");
    }
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public Optional<ClusterFacts> facts() {
    PermittedDevices permitted =
        new PermittedDevices(
            List.of(new PermittedDevice(PermittedDevice.Kind.PCI, "10DE:26B9", RESOURCE, false)));
    return isSeen
        ? Optional.of(
            new ClusterFacts(
                profiles,
                Optional.of(new KubeVirtFacts("kubevirt", permitted, Optional.of("v1.9.0"), true)),
                Optional.empty(),
                allocatable,
                hasNode ? Optional.of(marks) : Optional.empty(),
                Optional.empty()))
        : Optional.empty();
  }

  @Override
  public List<String> missing() {
    return List.of("the Node (403)");
  }

  @Override
  public Reading claims(Host host) {
    return new Reading(known, Optional.empty());
  }

  @Override
  public Reading claimsNow(Host host) {
    may("pods");
    said.add("pods");
    return new Reading(certain, Optional.empty());
  }

  @Override
  public LastWords last() {
    may("last");
    return last;
  }

  @Override
  public void heartbeat(Instant at) {
    may("heartbeat");
    said.add("heartbeat");
  }

  @Override
  public String report(NodeReport next) {
    may("report");
    said.add(
        "report "
            + next.vfs().stream()
                .map((VfReport vf) ->
                    vf.state() + vf.current().map(profile -> " " + profile).orElse(""))
                .collect(Collectors.joining(", ")));
    report = next;
    isIntact = true;
    return Integer.toHexString(next.hashCode());
  }

  @Override
  public boolean isIntact() {
    return isIntact;
  }

  @Override
  public void mark(NodeMarks next) {
    may("mark");
    said.add("labels " + next.profiles());
    marks = next;
  }

  @Override
  public void retract() {
    said.add("retract");
  }

  @Override
  public void record(boolean warning, String reason, String note) {
    said.add((warning ? "warning " : "event ") + reason + " " + note);
  }

  @Override
  public void looked(NodeReport next, int badLines) {}

  @Override
  public void wrote(String outcome) {
    said.add(outcome);
  }

  @Override
  public void unavailable() {
    said.add("unavailable");
  }

  private static final class NoKubelet implements PodResources {
    @Override
    public boolean isThere() {
      return false;
    }

    @Override
    public List<PodDevices> pods() {
      return List.of();
    }

    @Override
    public Map<ResourceName, Set<String>> devices() {
      return Map.of();
    }
  }
}
