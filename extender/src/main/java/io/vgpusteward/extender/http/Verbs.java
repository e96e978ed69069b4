package io.vgpusteward.extender.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.http.Verb.Name;
import io.vgpusteward.extender.placement.Filtered;
import io.vgpusteward.extender.placement.Placement;
import io.vgpusteward.extender.placement.PlacementSettings;
import io.vgpusteward.extender.placement.Placements;
import io.vgpusteward.extender.pod.PodRequest;
import io.vgpusteward.extender.wire.Answers;
import io.vgpusteward.extender.wire.PlacementArgs;
import io.vgpusteward.extender.wire.PreemptionArgs;
import io.vgpusteward.extender.wire.WireException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From arguments to answers, each from one view of the cluster. */
final class Verbs {
  private static final Logger LOG = LoggerFactory.getLogger(Verbs.class);

  private final Supplier<ClusterView> views;
  private final Placements placements;
  private final MeterRegistry meters;
  private final InstantSource clock;

  Verbs(
      Supplier<ClusterView> views,
      PlacementSettings settings,
      MeterRegistry meters,
      InstantSource clock) {
    this.views = views;
    this.placements = new Placements(settings);
    this.meters = meters;
    this.clock = clock;
  }

  List<Verb> all() {
    return List.of(
        // Its error fails the attempt: the pod stays pending, and its condition says why.
        new Verb(Name.FILTER, this::filter, why -> Answers.filterError("vgpu-steward: " + why)),
        // The scheduler goes on without scores that it does not get.
        new Verb(Name.PRIORITIZE, this::prioritize, why -> Answers.scored(Map.of())),
        // Nobody is evicted for a pod of which it is not known that this helps it.
        new Verb(Name.PREEMPT, this::preempt, why -> Answers.preempting(Map.of())));
  }

  private byte[] filter(byte[] body) throws WireException, UnansweredException {
    PlacementArgs args = PlacementArgs.read(body);
    return decide(
        Name.FILTER,
        args.pod(),
        args.candidates().names().size(),
        placement -> {
          Filtered filtered = placement.filter(args.candidates().names());
          return Answers.filtered(args.candidates(), filtered.passed(), filtered.refused());
        });
  }

  private byte[] prioritize(byte[] body) throws WireException, UnansweredException {
    PlacementArgs args = PlacementArgs.read(body);
    Collection<String> names = args.candidates().names();
    try {
      return decide(
          Name.PRIORITIZE,
          args.pod(),
          names.size(),
          placement -> Answers.scored(placement.score(names)));
    } catch (UnansweredException e) {
      LOG.warn("{} gives every node 0: {}", Name.PRIORITIZE, e.problem());
      return Answers.scored(names.stream().collect(Collectors.toMap(name -> name, name -> 0)));
    }
  }

  private byte[] preempt(byte[] body) throws WireException, UnansweredException {
    PreemptionArgs args = PreemptionArgs.read(body);
    return decide(
        Name.PREEMPT,
        args.pod(),
        args.victims().size(),
        placement -> Answers.preempting(placement.preempt(args.victims())));
  }

  private byte[] decide(
      Name verb, JsonNode tree, int candidates, Function<Placement, byte[]> decision)
      throws UnansweredException {
    PodRequest pod = PodRequest.of(tree);
    if (!pod.problems().isEmpty()) {
      throw new UnansweredException("the pod's " + pod.problems().getFirst());
    }
    ClusterView view = views.get();
    if (!view.isReady()) {
      throw new UnansweredException(
          "not ready, still waiting for " + String.join(", ", view.missing()));
    }
    Placement placement = placements.of(pod, view, clock.instant());
    byte[] answer = decision.apply(placement);
    placement.tally().counts().forEach((word, count) -> verdicts(verb, word).increment(count));
    LOG.debug("{} {} on {} nodes: {}", verb, pod, candidates, placement.tally());
    return answer;
  }

  private Counter verdicts(Name verb, String word) {
    return Counter.builder("vgpu_steward_extender_verdicts")
        .description("Verdicts on nodes that kube-scheduler asked about")
        .tag("verb", verb.toString())
        .tag("verdict", word)
        .register(meters);
  }
}
