package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.extender.explain.NextStep.Word;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.placement.Verdict;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import io.vgpusteward.vgpu.placement.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The step at the node from which most is to be hoped for. */
record NodeStep(VgpuRequest request, List<NodeAnswer> nodes, ClusterView view) {
  private static final int NAMED = 3;

  /** The step; of two nodes with equal hope, at the first by name. */
  NextStep best() {
    return nodes.stream()
        .min(
            Comparator.comparing(this::word)
                .thenComparing(this::isRuledOut)
                .thenComparing(NodeAnswer::node))
        .map(this::step)
        .orElseGet(() ->
            NextStep.of(
                Word.NO_NODE,
                "no node has a GPU that is known, and none gives out "
                    + names(request.resources().keySet().stream().map(ResourceName::value).toList())
                    + ": see whether the node agent runs on the nodes with GPUs"));
  }

  private Word word(NodeAnswer node) {
    return switch (node.verdict()) {
      case Verdict.Fits fits -> {
        if (!node.lacking().isEmpty()) {
          yield Word.NO_LABEL;
        }
        if (!node.schedulable()) {
          yield Word.CORDONED;
        }
        yield node.hasRoom(request) ? Word.SCHEDULER : Word.NO_FREE_DEVICE;
      }
      case Verdict.Changing changing -> Word.CHANGING;
      case Verdict.CouldCarry could -> Word.COULD_CARRY;
      case Verdict.Ambiguous ambiguous -> Word.AMBIGUOUS;
      case Verdict.Unknown unknown -> Word.UNKNOWN;
      case Verdict.Lacks lacks -> Word.LACKS;
    };
  }

  private boolean isRuledOut(NodeAnswer node) {
    return request.resources().values().stream()
        .flatMap(wanted -> wanted.profile().stream())
        .anyMatch(profile ->
            node.inventory().filter(inventory -> inventory.rulesOut(profile)).isPresent());
  }

  private NextStep step(NodeAnswer node) {
    Word word = word(node);
    String name = "node " + node.node();
    return switch (word) {
      case SCHEDULER ->
          new NextStep(
              word,
              node.node(),
              word.label(),
              name + " fits and has room: wait for its scheduler, which weighs other things too");
      case CHANGING -> at(node, word, "wait: on " + name + " " + node.verdict().sentence());
      case COULD_CARRY -> at(node, word, couldCarry(node));
      case NO_LABEL ->
          at(
              node,
              word,
              name
                  + " fits and lacks the label "
                  + NodeAnswer.label(node.lacking().first())
                  + ", which the virtual machine requires and the node agent sets: see that agent's"
                  + " log");
      case CORDONED ->
          at(node, word, name + " fits and is cordoned: kubectl uncordon " + node.node());
      case NO_FREE_DEVICE -> new NextStep(word, node.node(), word.label(), full(node));
      case LACKS ->
          new NextStep(
              word,
              node.node(),
              word.label() + " " + node.verdict().brief(),
              name + ": " + node.verdict().sentence());
      default -> at(node, word, name + ": " + node.verdict().sentence());
    };
  }

  private static NextStep at(NodeAnswer node, Word word, String text) {
    return new NextStep(
        word, node.node(), word.label() + " " + node.node() + " " + node.verdict().brief(), text);
  }

  /** The lines that the node agent's configuration lacks. */
  private String couldCarry(NodeAnswer node) {
    List<String> lines = new ArrayList<>();
    request.resources().values().forEach(wanted -> lines.addAll(lines(node, wanted)));
    return lines.isEmpty()
        ? "node " + node.node() + ": " + node.verdict().sentence()
        : "add "
            + names(lines)
            + " to ConfigMap vgpu-profiles for node "
            + node.node()
            + ": "
            + (lines.size() == 1 ? "this VF carries" : "these VFs carry")
            + " nothing and could";
  }

  private static List<String> lines(NodeAnswer node, Wanted wanted) {
    Optional<Profile> profile = wanted.profile();
    if (profile.isEmpty() || node.inventory().isEmpty()) {
      return List.of();
    }
    Profile wish = profile.get();
    int missing = wanted.count() - node.inventory().get().carries(wish);
    return node.inventory().get().gpus().stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .filter(vf -> !vf.isSet() && !vf.passedThrough() && vf.creatable().contains(wish))
        .map(Vf::busId)
        .limit(Math.max(0, missing))
        .map(vf -> vf + "=" + wish)
        .toList();
  }

  private String full(NodeAnswer node) {
    Map.Entry<ResourceName, Wanted> tight =
        request.resources().entrySet().stream()
            .filter(entry -> node.free(entry.getKey()) < entry.getValue().count())
            .findFirst()
            .orElseThrow();
    ResourceName resource = tight.getKey();
    List<String> holders =
        view.launchers().onNode(node.node()).stream()
            .filter(pod -> pod.devices().containsKey(resource))
            .map(NodeStep::holder)
            .sorted()
            .toList();
    return "node "
        + node.node()
        + " fits and has "
        + node.free(resource)
        + " of "
        + node.allocatable().getOrDefault(resource, 0)
        + " "
        + resource
        + " free"
        + (holders.isEmpty() ? "" : ", held by " + names(holders))
        + ": stop one of these, or have VFs of another GPU carry the profile";
  }

  private static String holder(LauncherPod pod) {
    return pod.guest().map(guest -> pod.namespace() + "/" + guest).orElseGet(pod::toString);
  }

  private static String names(List<String> all) {
    String shown = all.stream().limit(NAMED).collect(Collectors.joining(", "));
    return all.size() > NAMED ? shown + " and " + (all.size() - NAMED) + " more" : shown;
  }
}
