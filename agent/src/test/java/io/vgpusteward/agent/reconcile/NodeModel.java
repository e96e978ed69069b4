package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.reconcile.Round.GpuRound;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A node second by second: its driver, its kubelet, what is published of it, a scheduler that goes
 * by that, and the loop of a node agent, which can be killed anywhere.
 */
final class NodeModel {
  static final int SETTLE = 15;
  private static final int INTERVAL = 60;

  final DriverModel driver;
  final Kubelet kubelet;
  final List<String> log = new ArrayList<>();
  private final Random random;
  private final Reconciler reconciler =
      new Reconciler(Duration.ofSeconds(SETTLE), Duration.ofSeconds(INTERVAL));

  int second;
  int rounds;
  int writes;

  /** How often a write changed what a function carries. */
  int changes;

  /** What the agent that runs now has emptied and not filled again, and what that carried. */
  final Map<String, Long> emptied = new HashMap<>();

  /** Those of them that were emptied for what is configured now. */
  final Set<String> emptiedForThis = new HashSet<>();

  NodeProfiles profiles = NodeProfiles.none();

  /** Those of the last round: what changes afterwards the agent cannot know. */
  NodeProfiles known = NodeProfiles.none();

  /** The API server. */
  List<GpuRound> published = List.of();

  final Map<String, Integer> changingSince = new HashMap<>();
  int apiDownUntil;

  /** The node agent; without memory it does not run. */
  @Nullable Memory memory = Memory.empty();

  boolean mayDie;
  private int startsAt;
  private int nextRound;
  private @Nullable Step step;
  private int stepAt;

  NodeModel(DriverModel driver, Random random) {
    this.driver = driver;
    this.random = random;
    this.kubelet = new Kubelet(driver, random);
  }

  void log(String words) {
    log.add(second + "s " + words);
  }

  void configure(String text) {
    log("configuration: " + text.strip().replace("\n", "; "));
    profiles = NodeProfiles.of(Map.of("profiles", text), "node-a");
    emptiedForThis.clear();
    nextRound = second;
  }

  void kill() {
    log("agent killed");
    memory = null;
    emptied.clear();
    step = null;
    startsAt = second + random.nextInt(20);
  }

  /** Somebody removes what was published, while no agent runs. */
  void forget() {
    kill();
    log("published inventory deleted");
    published = List.of();
    changingSince.clear();
  }

  /** One second passes. */
  void tick() {
    second++;
    kubelet.tick(second);
    if (memory == null && second >= startsAt) {
      Memory fresh = Memory.empty();
      for (GpuRound gpu : published) {
        fresh =
            fresh.seeded(gpu.host().busId(), gpu.offers().types(), gpu.offers().frameBufferGib());
      }
      memory = fresh;
      nextRound = second;
    }
    Memory before = memory;
    if (before == null) {
      return;
    }
    if (step != null) {
      if (second >= stepAt) {
        write(before, step);
      }
    } else if (second >= nextRound) {
      look(before);
    }
  }

  private void look(Memory before) {
    rounds++;
    known = profiles;
    Round round = reconciler.round(driver.read(), profiles, kubelet.claims(second), before, now());
    memory = round.memory();
    if (second >= apiDownUntil) {
      publish(round);
      memory = round.memory().published(round.changing(), now());
    }
    nextRound =
        Math.max(second + 1, (int) Duration.between(Instant.EPOCH, round.lookAgain()).toSeconds());
    if (!round.steps().isEmpty()) {
      step = round.steps().getFirst();
      stepAt = second + random.nextInt(3);
    }
  }

  private void publish(Round round) {
    published = round.gpus();
    Set<String> changing = round.changing();
    changingSince.keySet().retainAll(changing);
    changing.forEach(vf -> changingSince.putIfAbsent(vf, second));
  }

  private void write(Memory before, Step now) {
    step = null;
    nextRound = second;
    boolean dies = mayDie && random.nextInt(6) == 0;
    if (dies && random.nextBoolean()) {
      kill();
      return;
    }
    writes++;
    Memory after;
    try {
      driver.write(now.vf(), now.type());
      note(now);
      log("wrote %d to %s (%s)".formatted(now.type(), now.vf(), now.words()));
      after = before.accepted(now, now());
    } catch (RefusedException e) {
      log("%s for %d to %s (%s)".formatted(e.errno(), now.type(), now.vf(), now.words()));
      after = before.refused(now, e, now());
    }
    memory = after;
    if (dies) {
      kill();
    }
  }

  private void note(Step done) {
    if (driver.vf(done.vf()).filter(vf -> vf.type == done.type()).isEmpty()) {
      return;
    }
    changes++;
    if (done.type() == 0) {
      emptied.put(done.vf(), done.from());
      emptiedForThis.add(done.vf());
    } else {
      emptied.remove(done.vf());
    }
  }

  Instant now() {
    return Instant.EPOCH.plusSeconds(second);
  }

  List<VfRound> functions() {
    return published.stream().flatMap(gpu -> gpu.vfs().stream()).toList();
  }

  /**
   * Whether a scheduler that goes by what is published would place a pod here now. It is told that
   * the very functions are advertised that carry something; numbers alone could agree by chance.
   */
  boolean fits(Profile profile, PciId pciId) {
    List<VfRound> functions =
        published.stream()
            .filter(gpu -> gpu.host().pciId().equals(Optional.of(pciId)))
            .flatMap(gpu -> gpu.vfs().stream())
            .toList();
    boolean isSure =
        functions.stream()
            .noneMatch(vf -> vf.state() == Vf.State.Changing || vf.state() == Vf.State.Unknown);
    List<VfRound> set =
        functions.stream().filter(vf -> vf.current().isPresent() || vf.hasUnknownType()).toList();
    long taken = kubelet.pods.stream().filter(pod -> pod.pciId.equals(pciId)).count();
    return isSure
        && set.stream().allMatch(vf -> vf.current().equals(Optional.of(profile)))
        && set.stream()
            .map(vf -> vf.host().busId())
            .collect(Collectors.toSet())
            .equals(kubelet.allocatable(pciId))
        && taken < set.size();
  }
}
