package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.vgpu.EditDistance;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds what a person names as kubectl takes it: {@code vm/desktop}, {@code pod/…}, a bare name.
 */
public final class SubjectLookup {
  private static final int NEAREST = 3;

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("vm", Kind.VM),
          Map.entry("vms", Kind.VM),
          Map.entry("virtualmachine", Kind.VM),
          Map.entry("virtualmachines", Kind.VM),
          Map.entry("vmi", Kind.VMI),
          Map.entry("vmis", Kind.VMI),
          Map.entry("virtualmachineinstance", Kind.VMI),
          Map.entry("virtualmachineinstances", Kind.VMI),
          Map.entry("pod", Kind.POD),
          Map.entry("pods", Kind.POD),
          Map.entry("po", Kind.POD));

  private final ClusterView view;

  private enum Kind {
    VM("vm", "VirtualMachine"),
    VMI("vmi", "VirtualMachineInstance"),
    POD("pod", "launcher pod of a vGPU");

    private final String brief;
    private final String words;

    Kind(String brief, String words) {
      this.brief = brief;
      this.words = words;
    }
  }

  private record Named(Kind kind, String namespace, String name) {
    /** As the command line takes it. */
    String text(String namespace) {
      return kind.brief
          + "/"
          + name
          + (this.namespace.equals(namespace) ? "" : " -n " + this.namespace);
    }
  }

  /** What was found. */
  public sealed interface Answer {
    /** It. */
    record Found(Subject subject) implements Answer {}

    /**
     * Nothing.
     *
     * @param message what is not there, and what comes near
     */
    record Missing(String message) implements Answer {}
  }

  public SubjectLookup(ClusterView view) {
    this.view = view;
  }

  /**
   * What the text names: without a kind the VirtualMachine, else the instance, else the pod.
   *
   * @throws IllegalArgumentException when it names a kind that is not one of these, or no name
   */
  public Answer find(String text, String namespace) {
    int slash = text.indexOf('/');
    String name = text.substring(slash + 1);
    List<Kind> kinds = slash < 0 ? List.of(Kind.values()) : List.of(kind(text, slash));
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("'" + text + "' is not <name> or <kind>/<name>");
    }
    return kinds.stream()
        .flatMap(kind -> find(kind, namespace, name).stream())
        .findFirst()
        .<Answer>map(Answer.Found::new)
        .orElseGet(() -> new Answer.Missing(missing(kinds, namespace, name)));
  }

  private static Kind kind(String text, int slash) {
    String word = text.substring(0, slash).toLowerCase(Locale.ROOT);
    return Optional.ofNullable(KINDS.get(word))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'" + text + "': the kind is vm, vmi or pod; the namespace is given by -n"));
  }

  private Optional<Subject> find(Kind kind, String namespace, String name) {
    return switch (kind) {
      case VM ->
          Subject.named(view, namespace, name).filter(subject -> subject.machine().isPresent());
      case VMI ->
          Subject.named(view, namespace, name).filter(subject -> subject.instance().isPresent());
      case POD -> view.launchers().named(namespace, name).map(pod -> Subject.of(pod, view));
    };
  }

  private String missing(List<Kind> kinds, String namespace, String name) {
    String words =
        kinds.size() == 1 ? kinds.getFirst().words : "VirtualMachine, instance or launcher pod";
    List<String> near =
        all()
            .filter(other -> kinds.contains(other.kind()))
            .filter(other -> isNear(name, other))
            .sorted(nearest(namespace, name))
            .map(other -> other.text(namespace))
            .distinct()
            .limit(NEAREST)
            .toList();
    return "there is no "
        + words
        + " "
        + name
        + " in namespace "
        + namespace
        + (near.isEmpty() ? "" : "; did you mean " + String.join(", or ", near) + "?");
  }

  private Stream<Named> all() {
    return Stream.concat(
        view.guests().keySet().stream()
            .map(key -> new Named(kindOf(key), key.namespace(), key.name())),
        view.launchers().all().stream()
            .map((LauncherPod pod) -> new Named(Kind.POD, pod.namespace(), pod.name())));
  }

  private static Kind kindOf(GuestKey key) {
    return switch (key.kind()) {
      case VirtualMachine -> Kind.VM;
      case VirtualMachineInstance -> Kind.VMI;
    };
  }

  /** A few letters apart, or a part of the other: pods are named after their machines. */
  private static boolean isNear(String name, Named other) {
    return EditDistance.between(name, other.name()) <= Math.max(1, name.length() / 3)
        || (name.length() > 2 && other.name().contains(name));
  }

  private static Comparator<Named> nearest(String namespace, String name) {
    return Comparator.<Named>comparingInt(other -> EditDistance.between(name, other.name()))
        .thenComparing(other -> !other.namespace().equals(namespace))
        .thenComparing(Named::kind)
        .thenComparing(Named::namespace)
        .thenComparing(Named::name);
  }
}
