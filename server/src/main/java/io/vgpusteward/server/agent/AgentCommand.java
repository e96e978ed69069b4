package io.vgpusteward.server.agent;

import io.vgpusteward.agent.AgentLoop;
import io.vgpusteward.agent.ClusterFacts;
import io.vgpusteward.agent.Look;
import io.vgpusteward.agent.NodeAgent;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.kube.AccessException;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.server.config.AgentConfiguration;
import io.vgpusteward.server.config.AgentOptions;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.serve.SignalHandling;
import io.vgpusteward.server.table.Screen;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code vgpu-steward agent}: gives the VFs of this node their profiles, and says what they carry.
 */
@Command(
    name = "agent",
    description = {
      "Give the VFs of this node the profiles that are configured for them, and publish what they",
      "carry: as VgpuNode, and as labels of the Node. Until SIGTERM or SIGINT, or once.",
      "A VF that a pod has or may get is never written."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:a signal came; with --once, every VF carries what is configured for it",
      "1:the cluster cannot be reached, or does not take what there is to publish",
      "2:the command line is wrong",
      "3:with --once, a change waits for a virtual machine to let go of its VF",
      "4:with --once, a line or a profile is configured that cannot be had, or a VF cannot be read",
      "5:with --once, something is still to be changed; with --dry-run, something would be"
    })
public final class AgentCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Beside the settle time: a GPU takes some rounds of it, and a busy driver some tries. */
  private static final Duration ONCE = Duration.ofMinutes(3);

  private static final Duration REST = Duration.ofMillis(500);
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration HUNG = Duration.ofMinutes(2);

  private final Surroundings surroundings;
  private final InstantSource clock;

  @Spec private CommandSpec spec;
  @Mixin private AgentOptions options = new AgentOptions();

  public AgentCommand(Surroundings surroundings, InstantSource clock) {
    this.surroundings = surroundings;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    AgentConfiguration configuration = options.toConfiguration(surroundings);
    try (AgentParts parts = AgentParts.open(configuration, surroundings, clock)) {
      return switch (configuration.work()) {
        case RUN -> run(configuration, parts);
        case ONCE -> once(configuration, parts);
        case PLAN -> plan(parts);
        case CLEANUP -> {
          parts.publisher().retract();
          yield 0;
        }
      };
    } catch (UnavailableException e) {
      throw new ClusterException(String.valueOf(e.getMessage()));
    } catch (AccessException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()));
    }
  }

  private int run(AgentConfiguration configuration, AgentParts parts) throws InterruptedException {
    AgentLoop loop = loop(parts);
    parts.wakes(loop::wake);
    try (AgentHttp http =
            new AgentHttp(
                configuration.listen().orElseThrow(),
                parts.metrics()::scrape,
                () -> problem(loop, configuration.interval()));
        var _ = SignalHandling.close(loop, GRACE)) {
      LOG.info(
          "agent of node {}; metrics and health at http://{}",
          configuration.node(),
          http.address());
      loop.run();
    }
    return 0;
  }

  private AgentLoop loop(AgentParts parts) {
    return new AgentLoop(parts.agent(), clock, REST, parts.metrics());
  }

  /** Only a loop that hangs is helped by a restart; a cluster that is away is not. */
  private Optional<String> problem(AgentLoop loop, Duration interval) {
    Instant late = loop.lastPass().plus(HUNG).plus(interval);
    return clock.instant().isAfter(late)
        ? Optional.of("no pass has ended since " + loop.lastPass())
        : Optional.empty();
  }

  private int once(AgentConfiguration configuration, AgentParts parts) throws InterruptedException {
    awaitFacts(parts);
    AgentLoop loop = loop(parts);
    parts.wakes(loop::wake);
    try (var _ = SignalHandling.close(loop, GRACE)) {
      return print(loop.once(configuration.settle().multipliedBy(2).plus(ONCE)));
    }
  }

  private int plan(AgentParts parts) throws InterruptedException {
    awaitFacts(parts);
    NodeAgent agent = parts.agent();
    return print(agent.dryRun());
  }

  private void awaitFacts(AgentParts parts) throws InterruptedException {
    Instant deadline = clock.instant().plus(PATIENCE);
    Optional<ClusterFacts> facts = parts.cluster().facts();
    while (facts.isEmpty()) {
      if (clock.instant().isAfter(deadline)) {
        throw new UnavailableException(
            "not seen within "
                + PATIENCE.toSeconds()
                + " s: "
                + String.join("; ", parts.cluster().missing()));
      }
      Thread.sleep(Duration.ofMillis(50));
      facts = parts.cluster().facts();
    }
  }

  private int print(Look look) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(PlanText.of(look, spec.commandLine().getColorScheme(), Screen.width(spec)));
    out.flush();
    return Outcome.of(look).status();
  }
}
