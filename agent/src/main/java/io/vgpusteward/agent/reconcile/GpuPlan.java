package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.claim.Claims.Awaiting;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Profile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What becomes of the virtual functions of one GPU: first what is certain of each alone, then what
 * they mean for each other.
 */
final class GpuPlan {
  private final HostGpu gpu;
  private final List<Function> functions;
  private final Offers offers;
  private final Gpu.Sizes sizes;
  private final boolean isDeclaredMixed;
  private final Room room;
  private final Map<String, Trial> trials;
  private final Map<String, Left> left;
  private final List<Awaiting> promised;

  private final Map<String, Fate> fates = new LinkedHashMap<>();

  /** Those that are to carry nothing, since what is configured for them has no room. */
  private final Set<String> surplus = new TreeSet<>();

  /** Whether more are certain to fit of what is configured for as many as fit. */
  private boolean hasRoom;

  /** Those that cannot be written to for now, and why. */
  private final Map<String, String> stuck = new LinkedHashMap<>();

  private GpuPlan(
      HostGpu gpu,
      List<Function> functions,
      Offers offers,
      boolean isDeclaredMixed,
      Memory memory,
      List<Awaiting> promised,
      Instant now) {
    this.gpu = gpu;
    this.functions = functions;
    this.offers = offers;
    this.sizes = offers.sizes();
    this.isDeclaredMixed = isDeclaredMixed;
    this.room = new Room(offers.frameBufferGib(), isMixed());
    this.trials = new LinkedHashMap<>();
    functions.forEach(function ->
        trials.put(
            function.busId(),
            Trial.of(function, Optional.ofNullable(memory.attempts().get(function.busId())), now)));
    this.left = memory.left();
    this.promised = promised;
  }

  /**
   * Decides.
   *
   * @param isDeclaredMixed whether the operator says that sizes may mix
   * @param promised pods that may get any function of this GPU
   */
  static GpuPlan of(
      HostGpu gpu,
      List<Function> functions,
      Offers offers,
      boolean isDeclaredMixed,
      Memory memory,
      List<Awaiting> promised,
      Instant now) {
    GpuPlan plan = new GpuPlan(gpu, functions, offers, isDeclaredMixed, memory, promised, now);
    plan.decide();
    return plan;
  }

  /** The fate of each function, by its address and in the card's order. */
  Map<String, Fate> fates() {
    return fates;
  }

  /** Those that are to carry nothing, since there is no room for what is configured. */
  Set<String> surplus() {
    return surplus;
  }

  private boolean isMixed() {
    return sizes == Gpu.Sizes.Mixed || (isDeclaredMixed && sizes == Gpu.Sizes.Unknown);
  }

  private void decide() {
    for (Function function : functions) {
      Alone.judge(function, offers).ifPresent(fate -> put(function, restored(function, fate)));
    }
    refuseTwoSizes();
    share();
    open().forEach(this::hold);
    // What leaves decides about what may come: those that carry something go first.
    open().stream().filter(Function::isSet).forEach(function -> put(function, leave(function)));
    open().forEach(function -> put(function, come(function)));
    functions.forEach(function -> put(function, kept(function, fate(function))));
  }

  private Fate fate(Function function) {
    return Optional.ofNullable(fates.get(function.busId())).orElseGet(Fate.Keep::quietly);
  }

  private void put(Function function, Fate fate) {
    fates.put(function.busId(), fate);
  }

  private boolean isOpen(Function function) {
    return !fates.containsKey(function.busId());
  }

  private List<Function> open() {
    return functions.stream().filter(this::isOpen).toList();
  }

  private List<Function> others(Function function) {
    return functions.stream().filter(other -> !other.busId().equals(function.busId())).toList();
  }

  private void refuseTwoSizes() {
    if (isMixed()) {
      return;
    }
    List<Function> wanting =
        functions.stream()
            .filter(function -> function.wanted().isSomething())
            .filter(function -> !(fate(function) instanceof Fate.Impossible))
            .filter(function -> Alone.mayBeOffered(function, offers))
            .filter(function -> Function.size(function.target()).isPresent())
            .toList();
    if (wanting.stream().map(function -> Function.size(function.target())).distinct().count() < 2) {
      return;
    }
    String words = Conflict.words(gpu.busId(), wanting, isDeclaredMixed);
    open().stream()
        .filter(function -> function.wanted().isSomething())
        .forEach(function -> put(function, restored(function, new Fate.Impossible(words))));
  }

  /** Chooses those that get what is configured for as many as fit. */
  private void share() {
    List<Function> members =
        functions.stream()
            .filter(function -> function.wanted().isForAsManyAsFit())
            .filter(function -> isOpen(function) || function.isSatisfied())
            .toList();
    if (members.isEmpty()) {
      return;
    }
    Share share = new Share(members, trials, left.keySet());
    List<Optional<Profile>> others = new ArrayList<>();
    functions.stream()
        .filter(function -> !members.contains(function))
        .filter(function -> isOpen(function) ? function.wanted().isSomething() : function.isSet())
        .forEach(function -> others.add(isOpen(function) ? function.target() : function.current()));
    OptionalInt fit = room.beside(others, members.getFirst().target());
    hasRoom = share.isBelow(fit);
    List<Function> picked = share.picked(fit);
    for (Function function : members) {
      if (!isOpen(function) || picked.contains(function)) {
        continue;
      }
      if (function.isSet()) {
        surplus.add(function.busId());
      } else {
        put(function, Share.noMore(function));
      }
    }
  }

  /** Keeps hands off what somebody has, and off what was refused a moment ago. */
  private void hold(Function function) {
    if (function.holder().isPresent()) {
      stick(
          function,
          "held by %s; %s when that has stopped"
              .formatted(function.holder().get(), becomes(function)));
      return;
    }
    switch (trials.getOrDefault(function.busId(), new Trial.Free())) {
      case Trial.Held held -> stick(function, held.words());
      case Trial.Refused refused -> {
        stuck.put(function.busId(), refused.words());
        put(function, refused(function, refused.words()));
      }
      case Trial.Free free -> {}
      case Trial.Busy busy -> {}
    }
  }

  /** The driver's no to one more than the GPU has room for is what was asked for. */
  private Fate refused(Function function, String words) {
    boolean isOneMore =
        function.wanted().isForAsManyAsFit()
            && !function.isSet()
            && functions.stream()
                .anyMatch(other -> other.isSet() && other.current().equals(function.target()));
    return isOneMore && !hasRoom ? Share.noMore(function) : new Fate.Impossible(words);
  }

  private void stick(Function function, String words) {
    stuck.put(function.busId(), words);
    put(function, new Fate.Waiting(words));
  }

  /** The fate of one that carries something else than it should. */
  private Fate leave(Function function) {
    if (function.wanted().isSomething()) {
      Optional<Fate> blocked =
          blocked(function, Blockers.ofLeaving(function, others(function), this::isToStay, room));
      if (blocked.isPresent()) {
        return blocked.get();
      }
    }
    // What was given back once is not emptied again while the same may be in its way.
    Optional<Function> inItsWay =
        Optional.ofNullable(left.get(function.busId())).filter(Left::isGivenBack).isPresent()
            ? others(function).stream()
                .filter(other -> other.isSet() && stuck.containsKey(other.busId()))
                .findFirst()
            : Optional.empty();
    return inItsWay
        .map(other -> waiting(function, other))
        .orElseGet(() -> new Fate.Due(Optional.empty(), becomes(function)));
  }

  /** The fate of one that carries nothing and should. */
  private Fate come(Function function) {
    if (function.creatable().isPresent()) {
      return new Fate.Due(Optional.empty(), becomes(function));
    }
    if (!isMixed()) {
      Optional<Fate> blocked = blocked(function, Blockers.ofSize(function, others(function)));
      if (blocked.isPresent()) {
        return restored(function, blocked.get());
      }
    }
    List<Function> makingRoom =
        others(function).stream().filter(other -> makesRoom(other, function)).toList();
    Optional<Function> waitsFor =
        makingRoom.stream().filter(other -> stuck.containsKey(other.busId())).findFirst();
    if (makingRoom.stream().anyMatch(other -> fate(other) instanceof Fate.Due)) {
      return new Fate.Due(Optional.empty(), becomes(function));
    }
    if (waitsFor.isPresent()) {
      return restored(function, waiting(function, waitsFor.get()));
    }
    return Full.fate(function, functions, offers, isDeclaredMixed);
  }

  /** Whether the GPU has more room once the other is changed as configured. */
  private boolean makesRoom(Function other, Function function) {
    boolean isToChange = fate(other) instanceof Fate.Due || stuck.containsKey(other.busId());
    boolean isEmptied = !other.wanted().isSomething() || surplus.contains(other.busId());
    return other.isSet()
        && isToChange
        && (isEmptied || !Function.size(other.current()).equals(Function.size(function.target())));
  }

  private Optional<Fate> blocked(Function function, List<Function> blockers) {
    Optional<Function> staying = blockers.stream().filter(this::stays).findFirst();
    if (staying.isPresent()) {
      return Optional.of(
          new Fate.Impossible(Blockers.words(function, staying.get(), fate(staying.get()))));
    }
    return blockers.stream()
        .filter(other -> stuck.containsKey(other.busId()))
        .findFirst()
        .map(other -> waiting(function, other));
  }

  /** Whether it carries on with what it carries, as far as anybody knows. */
  private boolean stays(Function other) {
    return !isOpen(other)
        && !stuck.containsKey(other.busId())
        && !(fate(other) instanceof Fate.Due || fate(other) instanceof Fate.Waiting);
  }

  private boolean isToStay(Function other) {
    return other.isSatisfied() || stuck.containsKey(other.busId()) || stays(other);
  }

  private Fate waiting(Function function, Function other) {
    String words =
        "%s once %s no longer carries %s (%s)"
            .formatted(
                becomes(function),
                other.busId(),
                other.carries(),
                stuck.getOrDefault(other.busId(), "in use"));
    return fate(other) instanceof Fate.Impossible
        ? new Fate.Impossible(words)
        : new Fate.Waiting(words);
  }

  /** One that was emptied in vain gets back what it had, where the driver lists that. */
  private Fate restored(Function function, Fate fate) {
    boolean isInVain =
        (fate instanceof Fate.Waiting || fate instanceof Fate.Impossible)
            && !function.isSet()
            && function.holder().isEmpty()
            && trials.get(function.busId()) instanceof Trial.Free;
    Optional<Long> before =
        Optional.ofNullable(left.get(function.busId()))
            .filter(had -> !had.isGivenBack())
            .map(Left::type)
            .filter(function::lists);
    return before.isEmpty() || !isInVain
        ? fate
        : new Fate.Due(before, "gets back what it had before, since: " + fate.message().orElse(""));
  }

  /** Nothing is written while a pod may be given it. */
  private Fate kept(Function function, Fate fate) {
    if (!(fate instanceof Fate.Due) || promised.isEmpty()) {
      return fate;
    }
    return new Fate.Waiting(
        "%s is on this node and may be given this function; %s when it is known which one it has"
            .formatted(promised.getFirst().pod(), becomes(function)));
  }

  private String becomes(Function function) {
    if (!function.wanted().isSomething() || surplus.contains(function.busId())) {
      return "is emptied of " + function.carries();
    }
    return function.isSet()
        ? "changes from " + function.carries() + " to " + function.goalWords()
        : "gets " + function.goalWords();
  }
}
