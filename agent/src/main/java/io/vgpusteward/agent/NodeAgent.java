package io.vgpusteward.agent;

import io.vgpusteward.agent.reconcile.Memory;
import io.vgpusteward.agent.reconcile.Round;
import io.vgpusteward.agent.reconcile.Step;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.sysfs.HostGpus;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.vgpu.Vf;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one node, one pass after the other. For one thread; {@link #stop} may come from any.
 *
 * <p>A pass: look, publish, give a sign of life, and only when all is out and its time has come,
 * look again with the API server's own list of pods and write. A placement that was decided before
 * the announcement was out has the settle time to arrive; it is then in that list.
 *
 * <p>What one node costs the API server in an hour where nothing happens: 60 writes of its Lease of
 * some 300 bytes, and about 15 renewals of five watches, each of which is indexed by a name; one
 * Node status comes in by watch each five minutes. Each pod that comes or goes on the node is an
 * event that is received. A change of what the node has costs one write of its VgpuNode and one of
 * its Node, and a write to sysfs one list of the node's pods before. With 5,000 nodes that is about
 * 105 requests a second, of which 83 write Leases; their kubelets write 500 Leases a second.
 */
public final class NodeAgent {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

  /** The world around it. */
  public record Ports(
      HostGpus gpus,
      NodeCluster cluster,
      Doctor doctor,
      Publisher publisher,
      EventLog events,
      Witness witness,
      InstantSource clock) {}

  private final Ports ports;
  private final Settings settings;
  private final Eyes eyes;
  private final Announcer announcer;
  private final News news;
  private boolean remembers;
  private Memory memory = Memory.empty();
  private List<Condition> conditions = List.of();
  private Optional<String> claimsProblem = Optional.empty();
  private volatile boolean stopped;

  public NodeAgent(Settings settings, Ports ports) {
    this.settings = settings;
    this.ports = ports;
    this.eyes = new Eyes(settings, ports.gpus(), ports.cluster(), ports.doctor());
    this.announcer = new Announcer(ports.publisher(), settings.heartbeat(), settings.interval());
    this.news = new News(ports.events());
  }

  /** Lets a pass end before its next write. */
  public void stop() {
    stopped = true;
  }

  public boolean isStopped() {
    return stopped;
  }

  /**
   * Looks, and writes nothing anywhere.
   *
   * @throws UnavailableException when the cluster cannot be asked
   */
  public Look dryRun() throws InterruptedException {
    remember();
    return eyes.look(facts(), memory, conditions, ports.clock().instant());
  }

  /**
   * One pass.
   *
   * @throws UnavailableException when the cluster cannot be asked, or does not take what there is
   *     to say; then nothing was written to a GPU since
   */
  public Look pass() throws InterruptedException {
    Instant began = ports.clock().instant();
    remember();
    ClusterFacts facts = facts();
    NodeMarks onNode =
        facts
            .node()
            .orElseThrow(() ->
                new UnavailableException(
                    "there is no Node " + settings.node() + "; --node is the name of one"));
    Look look = eyes.look(facts, memory, conditions, began);
    memory = look.finding().round().memory();
    say(look);
    announcer.publish(look.report(), look.labels(), onNode, began);
    conditions = look.report().conditions();
    memory = memory.published(look.finding().round().changing(), ports.clock().instant());
    ports.doctor().treat(look.advertised(), facts);
    if (!look.finding().round().steps().isEmpty()) {
      write(facts);
      return look;
    }
    return look.settled(
        look.report().vfs().stream().noneMatch(vf -> vf.state() == Vf.State.Changing));
  }

  /** When the next pass is due after one that ended with this look. */
  public Instant next(Look look) {
    Instant beat = announcer.nextBeat(ports.clock().instant());
    return beat.isBefore(look.next()) ? beat : look.next();
  }

  private ClusterFacts facts() {
    return ports
        .cluster()
        .facts()
        .orElseThrow(() ->
            new UnavailableException(
                "not seen yet: " + String.join("; ", ports.cluster().missing())));
  }

  private void remember() throws InterruptedException {
    if (remembers) {
      return;
    }
    LastWords last = ports.publisher().last();
    for (Map.Entry<String, LastWords.Gpu> gpu : last.gpus().entrySet()) {
      memory =
          memory.seeded(gpu.getKey(), gpu.getValue().offered(), gpu.getValue().frameBufferGib());
    }
    conditions = last.conditions();
    remembers = true;
  }

  private void say(Look look) throws InterruptedException {
    ports.witness().looked(look.report(), look.finding().problems().size());
    if (!look.claimsProblem().equals(claimsProblem)) {
      claimsProblem = look.claimsProblem();
      claimsProblem.ifPresentOrElse(
          problem -> LOG.warn("the kubelet does not say who has which device: {}", problem),
          () -> LOG.info("the kubelet says again who has which device"));
    }
    news.tell(look.finding(), look.report());
  }

  private void write(ClusterFacts facts) throws InterruptedException {
    Instant now = ports.clock().instant();
    Round certain = eyes.certain(facts, memory, now);
    memory = certain.memory();
    for (Step step : certain.steps()) {
      if (stopped) {
        return;
      }
      Instant at = ports.clock().instant();
      try {
        ports.gpus().write(step.vf(), step.type());
        LOG.info("{}: wrote {} ({})", step.vf(), step.type(), step.words());
        ports.witness().wrote("accepted");
        memory = memory.accepted(step, at);
      } catch (RefusedException e) {
        LOG.warn(
            "{}: {} was refused ({}): {}", step.vf(), step.type(), step.words(), e.getMessage());
        ports.witness().wrote(e.errno().name());
        memory = memory.refused(step, e, at);
        return;
      }
    }
  }
}
