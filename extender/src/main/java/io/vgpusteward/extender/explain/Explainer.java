package io.vgpusteward.extender.explain;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.InventoryAge;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.extender.explain.NextStep.Word;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.Freshness;
import io.vgpusteward.vgpu.placement.NodeSupply;
import io.vgpusteward.vgpu.placement.Verdicts;
import io.vgpusteward.vgpu.placement.VgpuRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Explains one subject after the other by one view. What nodes say to a request is computed once
 * for all who ask for the same: for one thread.
 */
public final class Explainer {
  private final ClusterView view;
  private final Instant now;
  private final Duration maxAge;
  private @Nullable List<String> names;
  private final Map<Question, List<NodeAnswer>> answers = new HashMap<>();

  private record Question(VgpuRequest request, SortedSet<String> requiredProfiles) {}

  /**
   * An explainer.
   *
   * @param now what the ages of inventories are told by
   * @param maxAge from which age on an inventory is not fresh
   */
  public Explainer(ClusterView view, Instant now, Duration maxAge) {
    this.view = view;
    this.now = now;
    this.maxAge = maxAge;
  }

  /** The whole of it. */
  public Explanation explain(Subject subject) {
    Asked asked = Asked.of(subject, view);
    List<NodeAnswer> nodes = answers(asked.request(), subject);
    return new Explanation(
        subject,
        asked.request(),
        standing(subject),
        notes(subject),
        nodes,
        names().size() - nodes.size(),
        next(subject, asked, nodes));
  }

  private NextStep next(Subject subject, Asked asked, List<NodeAnswer> nodes) {
    Optional<String> placed = subject.pod().flatMap(LauncherPod::node);
    if (placed.isPresent()) {
      return NextStep.of(Word.PLACED, "nothing: it has its node, " + placed.get());
    }
    return GuestStep.of(subject, asked, view)
        .orElseGet(() -> stopped(subject, new NodeStep(asked.request(), nodes, view).best()));
  }

  private static NextStep stopped(Subject subject, NextStep step) {
    boolean runs = subject.pod().isPresent() || subject.guest().filter(Guest::running).isPresent();
    if (runs || step.word() != Word.SCHEDULER) {
      return step;
    }
    GuestKey key = subject.guest().orElseThrow().key();
    return new NextStep(
        Word.STOPPED,
        step.node(),
        Word.STOPPED.label(),
        "start it, node "
            + step.node()
            + " fits and has room: virtctl start "
            + key.name()
            + " -n "
            + key.namespace()
            + "; where it should run already, see the conditions of the VirtualMachine");
  }

  private static String standing(Subject subject) {
    if (subject.pod().isEmpty()) {
      return subject.guest().filter(Guest::running).isPresent()
          ? "it is to run and has no pod yet: see the conditions of its VirtualMachineInstance"
          : "it does not run";
    }
    LauncherPod pod = subject.pod().get();
    return pod.node()
        .map(node -> pod + " is on node " + node)
        .orElseGet(() ->
            pod
                + " has no node"
                + pod.scheduler().map(name -> "; " + name).orElse("; its scheduler")
                + pod.unschedulable()
                    .map(message -> " says: " + message)
                    .orElse(" has not said anything of it yet"));
  }

  private List<String> notes(Subject subject) {
    List<String> notes = new ArrayList<>();
    subject
        .machine()
        .filter(machine ->
            !machine.annotations().containsKey(Keys.INJECTED)
                && !machine.optedOut()
                && !"false".equals(view.namespaceLabels(subject.namespace()).get(Keys.INJECT)))
        .ifPresent(machine ->
            notes.add(
                "the webhook has not injected anything into it: vgpu-steward adopt "
                    + machine.key().namespace()
                    + "/"
                    + machine.key().name()));
    return notes;
  }

  private List<String> names() {
    List<String> all = names;
    if (all == null) {
      all = view.supplies().keySet().stream().sorted().toList();
      names = all;
    }
    return all;
  }

  private List<NodeAnswer> answers(VgpuRequest request, Subject subject) {
    return answers.computeIfAbsent(
        new Question(request, subject.requiredProfiles()),
        question ->
            names().stream()
                .map(view.supplies()::get)
                .filter(supply -> concerns(supply, request))
                .map(supply -> answer(supply, question))
                .toList());
  }

  private static boolean concerns(NodeSupply supply, VgpuRequest request) {
    return supply.inventory().isPresent()
        || request.resources().keySet().stream().anyMatch(name -> supply.allocatable(name) > 0);
  }

  private NodeAnswer answer(NodeSupply supply, Question question) {
    String name = supply.node();
    Optional<Node> node = view.node(name);
    SortedMap<ResourceName, Integer> holds = view.launchers().taken(name);
    SortedMap<ResourceName, Integer> allocatable = new TreeMap<>();
    SortedMap<ResourceName, Integer> taken = new TreeMap<>();
    for (ResourceName resource : question.request().resources().keySet()) {
      allocatable.put(resource, supply.allocatable(resource));
      taken.put(resource, holds.getOrDefault(resource, 0));
    }
    SortedSet<String> lacking = new TreeSet<>(question.requiredProfiles());
    node.ifPresent(one -> lacking.removeAll(one.profiles()));
    Freshness fresh = InventoryAge.of(view, name, now, maxAge);
    return new NodeAnswer(
        name,
        supply.inventory(),
        allocatable,
        taken,
        Verdicts.of(question.request(), supply, fresh),
        fresh,
        node.map(Node::schedulable).orElse(true),
        question.requiredProfiles(),
        lacking);
  }
}
