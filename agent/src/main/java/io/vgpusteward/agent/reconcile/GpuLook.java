package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.claim.Claims.Awaiting;
import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.vgpu.Vf;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One GPU in one round.
 *
 * @param functions in the card's order
 * @param fates of each of them, by its address
 * @param surplus those that are to carry nothing, since there is no room for what is configured
 */
record GpuLook(
    HostGpu gpu,
    Offers offers,
    List<Function> functions,
    Map<String, Fate> fates,
    Set<String> surplus) {
  static GpuLook at(
      HostGpu gpu,
      NodeProfiles profiles,
      Map<String, Vf.Holder> held,
      List<Awaiting> promised,
      Memory memory,
      Instant now) {
    Offers offers = Sight.offers(gpu, memory.offers().getOrDefault(gpu.busId(), Offers.none()));
    Set<String> boards = Sight.boards(offers);
    List<Function> functions =
        gpu.vfs().stream()
            .map(vf ->
                Function.of(
                    vf,
                    offers,
                    profiles.wanted(gpu, boards, vf),
                    Optional.ofNullable(held.get(vf.busId()))))
            .toList();
    boolean mayMix = profiles.mayMixSizes(gpu, boards);
    GpuPlan plan = GpuPlan.of(gpu, functions, offers, mayMix, memory, promised, now);
    return new GpuLook(gpu, offers, functions, plan.fates(), plan.surplus());
  }

  /** A GPU of another era, of which only the address is certain. */
  static GpuRound untouched(HostGpu gpu, Claims claims) {
    List<Function> functions =
        gpu.vfs().stream()
            .map(vf ->
                Function.of(
                    vf,
                    Offers.none(),
                    new Wanted.Nothing(),
                    Optional.ofNullable(claims.held().get(vf.busId()))))
            .toList();
    Map<String, Fate> fates = new LinkedHashMap<>();
    functions.forEach(function -> fates.put(function.busId(), Fate.Keep.quietly()));
    return new GpuLook(gpu, Offers.none(), functions, fates, Set.of())
        .round(
            Optional.of(
                "the node's driver makes vGPUs by mediated devices, which are not ours to touch"));
  }

  /** Those that are about to be written to. */
  Set<String> due() {
    return fates.entrySet().stream()
        .filter(fate -> fate.getValue() instanceof Fate.Due)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** When those may be tried again that were refused. */
  List<Instant> retries(Memory memory, Instant now) {
    return functions.stream()
        .map(function ->
            Trial.of(function, Optional.ofNullable(memory.attempts().get(function.busId())), now))
        .map(Trial::whenToTry)
        .flatMap(Optional::stream)
        .toList();
  }

  GpuRound round() {
    return round(message());
  }

  private GpuRound round(Optional<String> message) {
    return new GpuRound(
        gpu,
        Sight.boards(offers),
        Sight.sizes(functions, offers),
        offers,
        message.map(Words::cut),
        functions.stream().map(this::round).toList());
  }

  private VfRound round(Function function) {
    Fate fate = Optional.ofNullable(fates.get(function.busId())).orElseGet(Fate.Keep::quietly);
    boolean isLeftEmpty =
        surplus.contains(function.busId())
            || (fate instanceof Fate.Keep && !function.isSatisfied());
    return new VfRound(
        function.host(),
        function.current(),
        function.wanted(),
        isLeftEmpty ? Optional.empty() : function.target(),
        fate.state(),
        fate.message().map(Words::cut),
        function.holder());
  }

  private Optional<String> message() {
    if (gpu.driver().filter("vfio-pci"::equals).isPresent()) {
      return Optional.of("it is passed through whole (vfio-pci), so it has no vGPUs");
    }
    if (!gpu.vfs().isEmpty()) {
      return Optional.empty();
    }
    if (gpu.driver().isEmpty()) {
      return Optional.of("it has no driver: is the vGPU manager running on the node?");
    }
    return Optional.of(
        gpu.totalVfs() == 0
            ? "it cannot have virtual functions: the board has none, or SR-IOV is off in the"
                + " firmware"
            : "its virtual functions are not enabled: the vGPU manager does that, or"
                + " /usr/lib/nvidia/sriov-manage -e "
                + gpu.busId());
  }
}
