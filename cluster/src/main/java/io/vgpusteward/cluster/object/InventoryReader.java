package io.vgpusteward.cluster.object;

import io.vgpusteward.vgpu.AdvertisedReasons;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Gpu.Sizes;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.Vf.Holder;
import io.vgpusteward.vgpu.Vf.State;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads inventories of nodes; a GPU or VF without an address of its own is none. */
final class InventoryReader {
  /** What {@code desired} says where a VF is to carry nothing. */
  private static final String NONE = "none";

  /** The driver that hands a function to a virtual machine as it is. */
  private static final String PASSTHROUGH = "vfio-pci";

  /** What the definition lets through. */
  private static final int MOST_GIB = 65_536;

  private final Set<String> addresses = new HashSet<>();

  private InventoryReader() {}

  static NodeInventory read(Field root) {
    Field status = root.at("status");
    Optional<Field> ready = condition(status, "Ready");
    InventoryReader reader = new InventoryReader();
    return new NodeInventory(
        ObjectReader.name(root.node()),
        ready.filter(it -> is(it, "True")).isPresent(),
        ready.flatMap(it -> it.at("message").text()),
        condition(status, "Advertised")
            .filter(it -> is(it, "False"))
            .filter(it -> AdvertisedReasons.mayMislead(it.at("reason").text().orElse("")))
            .map(InventoryReader::words),
        status.at("gpus").items().stream().flatMap(gpu -> reader.gpu(gpu).stream()).toList());
  }

  private static Optional<Field> condition(Field status, String type) {
    return status.at("conditions").items().stream()
        .filter(condition -> condition.at("type").text().filter(type::equals).isPresent())
        .findFirst();
  }

  private static boolean is(Field condition, String status) {
    return condition.at("status").text().filter(status::equals).isPresent();
  }

  private static String words(Field condition) {
    return condition
        .at("message")
        .text()
        .or(() -> condition.at("reason").text())
        .orElse("no reason given");
  }

  private Optional<Gpu> gpu(Field gpu) {
    return address(gpu)
        .map(busId ->
            new Gpu(
                busId,
                pciId(gpu.at("pciId")),
                gpu.at("board").text(),
                isPassedThrough(gpu),
                sizes(gpu.at("sizes")),
                frameBuffer(gpu.at("frameBufferGib")),
                profiles(gpu.at("offered").items().stream().map(item -> item.at("profile"))),
                gpu.at("vfs").items().stream().flatMap(vf -> vf(vf).stream()).toList()));
  }

  private Optional<Vf> vf(Field vf) {
    return address(vf).map(busId -> vf(busId, vf));
  }

  private static Vf vf(String busId, Field vf) {
    Optional<Profile> current = profile(vf.at("current"));
    boolean carriesSomething =
        vf.at("current").text().isPresent() || vf.at("currentTypeId").number().orElse(0) != 0;
    Field desired = vf.at("desired");
    return new Vf(
        busId,
        isPassedThrough(vf),
        current,
        current.isEmpty() && carriesSomething,
        desired.text().filter(NONE::equals).isPresent() ? Optional.empty() : profile(desired),
        state(vf.at("state")),
        vf.at("message").text(),
        holder(vf.at("holder")),
        profiles(vf.at("creatable").items().stream()));
  }

  /** The second of two with one address may say something else: the first counts. */
  private Optional<String> address(Field function) {
    Field busId = function.at("busId");
    Optional<String> address = busId.text();
    if (address.isEmpty()) {
      function.problems().accept(function.path() + " has no busId");
    } else if (!addresses.add(address.get())) {
      function.problems().accept(busId.path() + " is there twice");
      return Optional.empty();
    }
    return address;
  }

  private static boolean isPassedThrough(Field function) {
    return function.at("driver").text().filter(PASSTHROUGH::equals).isPresent();
  }

  private static Optional<PciId> pciId(Field field) {
    return field
        .text()
        .flatMap(text -> field.known(PciId.parse(text), "a PCI id such as 10DE:26B9"));
  }

  private static Optional<Profile> profile(Field field) {
    return field
        .text()
        .flatMap(text -> field.known(KnownProfiles.parse(text), "a profile such as L40S-24Q"));
  }

  private static SortedSet<Profile> profiles(Stream<Field> names) {
    TreeSet<Profile> profiles = new TreeSet<>();
    names.forEach(name -> profile(name).ifPresent(profiles::add));
    return profiles;
  }

  private static OptionalInt frameBuffer(Field field) {
    long gib = field.number().orElse(0);
    return gib > 0 && gib <= MOST_GIB ? OptionalInt.of((int) gib) : OptionalInt.empty();
  }

  private static Sizes sizes(Field field) {
    return constant(field, Sizes.values()).orElse(Sizes.Unknown);
  }

  private static State state(Field field) {
    return constant(field, State.values()).orElse(State.Unknown);
  }

  private static <E extends Enum<E>> Optional<E> constant(Field field, E[] constants) {
    return field
        .text()
        .flatMap(text ->
            field.known(
                Stream.of(constants).filter(constant -> constant.name().equals(text)).findFirst(),
                "one of " + List.of(constants)));
  }

  private static Optional<Holder> holder(Field holder) {
    return holder
        .at("pod")
        .text()
        .map(pod ->
            new Holder(
                holder.at("namespace").text().orElse(""), pod, holder.at("virtualMachine").text()));
  }
}
