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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads inputs of placement as the tables of cases write them. A name without a domain is one of
 * {@code nvidia.com}; a dash stands for nothing at all.
 */
final class Written {
  private static final Pattern VF =
      Pattern.compile(
          "(?<now>[^@{>~!*]*)(\\{(?<list>[^}]*)})?((?<how>[>~])(?<next>[^@]+)|(?<mark>[!*]))?"
              + "(@(?<holder>.+))?");

  private Written() {}

  static Profile profile(String name) {
    return Profile.parse(name).orElseThrow();
  }

  static ResourceName resource(String name) {
    return new ResourceName(name.contains("/") ? name : "nvidia.com/" + name);
  }

  /**
   * {@code 26B9=L40S-24Q, external 2236=A10-12Q, mdev NVIDIA A10-4Q=A10-4Q, raw x=y}: entries of
   * the permitted list; a raw one has its selector as it stands. A dash is no list, "none" an empty
   * one.
   */
  static PermittedDevices permitted(String text) {
    if (text.equals("-")) {
      return PermittedDevices.none();
    }
    return new PermittedDevices(
        text.equals("none") ? List.of() : words(text, ",").map(Written::entry).toList());
  }

  private static PermittedDevice entry(String text) {
    int split = text.lastIndexOf('=');
    String selector = text.substring(0, split);
    boolean external = selector.startsWith("external ");
    selector = external ? selector.substring("external ".length()) : selector;
    boolean mediated = selector.startsWith("mdev ");
    String plain =
        selector.startsWith("raw ") || mediated
            ? selector.substring(selector.indexOf(' ') + 1)
            : "10DE:" + selector;
    return new PermittedDevice(
        mediated ? Kind.MEDIATED : Kind.PCI,
        plain.replace("'", ""),
        resource(text.substring(split + 1)),
        external);
  }

  /** {@code L40S-24Q=4, A10-12Q=2}: how many of each resource. */
  static SortedMap<ResourceName, Integer> counts(String text) {
    SortedMap<ResourceName, Integer> counts = new TreeMap<>();
    if (!text.equals("-")) {
      words(text, ",")
          .map(word -> word.split("=", 2))
          .forEach(pair -> counts.put(resource(pair[0]), Integer.parseInt(pair[1])));
    }
    return counts;
  }

  /** {@code L40S-24Q=2 as L40S-12Q}: the devices of a pod, and the profile of its annotation. */
  static VgpuRequest request(String text, PermittedDevices permitted) {
    String[] parts = text.split(" as ", 2);
    return VgpuRequest.ofAnnotation(
        counts(parts[0]), parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(), permitted);
  }

  /**
   * {@code 26B9 L40S: L40S-24Q 0 / 26B9: whole}: the GPUs of node {@code n}, each with its PCI id,
   * its board and its VFs or {@code whole}; {@code ?} is an id that is not known. Of the VFs
   *
   * <ul>
   *   <li>{@code 0{L40S-24Q,L40S-12Q}} carries nothing and could carry these now;
   *   <li>{@code ?} carries a type without a name, and {@code vfio} is bound to vfio-pci;
   *   <li>{@code A>B} is about to change, {@code A~B} to change once it is let go;
   *   <li>{@code A!} cannot be read, {@code A*} has failed;
   *   <li>{@code A@team/one} is held by virtual machine one.
   * </ul>
   */
  static NodeInventory inventory(String text) {
    List<Gpu> gpus = new ArrayList<>();
    if (!text.equals("none")) {
      words(text, "/ ").forEach(gpu -> gpus.add(gpu(gpus.size() + 1, gpu)));
    }
    return NodeInventory.of("n", gpus.toArray(Gpu[]::new));
  }

  private static Gpu gpu(int card, String text) {
    String[] parts = text.split(":", 2);
    String[] head = parts[0].strip().split(" ", 2);
    boolean isWhole = parts[1].strip().equals("whole");
    List<Vf> vfs = new ArrayList<>();
    if (!isWhole) {
      words(parts[1], " +")
          .forEach(word -> vfs.add(vf("0000:0" + card + ":00." + (vfs.size() + 4), word)));
    }
    return new Gpu(
        "0000:0" + card + ":00.0",
        head[0].equals("?") ? Optional.empty() : PciId.parse("10DE:" + head[0]),
        head.length > 1 ? Optional.of(head[1]) : Optional.empty(),
        isWhole,
        Sizes.Unknown,
        OptionalInt.empty(),
        new TreeSet<>(),
        vfs);
  }

  private static Vf vf(String busId, String word) {
    Matcher form = VF.matcher(word);
    if (!form.matches()) {
      throw new IllegalArgumentException(word);
    }
    String now = form.group("now");
    String mark = Optional.ofNullable(form.group("mark")).orElse("");
    String how = Optional.ofNullable(form.group("how")).orElse("");
    return new Vf(
        busId,
        now.equals("vfio"),
        Profile.parse(now),
        now.equals("?"),
        Optional.ofNullable(form.group("next")).flatMap(Profile::parse),
        mark.equals("!")
            ? State.Unknown
            : mark.equals("*")
                ? State.Failed
                : how.equals(">")
                    ? State.Changing
                    : how.equals("~") ? State.Pending : State.Settled,
        mark.equals("!") ? Optional.of("EIO") : Optional.empty(),
        Optional.ofNullable(form.group("holder")).map(Written::holder),
        creatable(Optional.ofNullable(form.group("list"))));
  }

  private static Holder holder(String text) {
    String[] parts = text.split("/", 2);
    return new Holder(parts[0], "virt-launcher-" + parts[1], Optional.of(parts[1]));
  }

  private static SortedSet<Profile> creatable(Optional<String> list) {
    SortedSet<Profile> profiles = new TreeSet<>();
    list.ifPresent(names -> words(names, ",").forEach(name -> profiles.add(profile(name))));
    return profiles;
  }

  private static Stream<String> words(String text, String between) {
    return Stream.of(text.split(between, -1)).map(String::strip).filter(word -> !word.isEmpty());
  }
}
