package io.vgpusteward.server.agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vgpusteward.agent.Witness;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.agent.report.VfReport;
import io.vgpusteward.vgpu.Profile;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What an agent does, in numbers for Prometheus. */
final class AgentMetrics implements Witness {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MultiGauge vfs =
      MultiGauge.builder("vgpu.steward.vfs")
          .description("Virtual functions of the node by the profile that they carry and state")
          .register(registry);
  private final MultiGauge conditions =
      MultiGauge.builder("vgpu.steward.node.condition")
          .description("1 for the status that a condition of the node's VgpuNode has")
          .register(registry);
  private final AtomicInteger badLines = new AtomicInteger();

  private record Kind(String profile, String state) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      return (profile + "\n" + state).compareTo(other.profile + "\n" + other.state);
    }
  }

  AgentMetrics() {
    Gauge.builder("vgpu.steward.config.bad.lines", badLines, AtomicInteger::get)
        .description("Lines of the configuration of profiles that cannot be followed")
        .register(registry);
  }

  @Override
  public void looked(NodeReport report, int bad) {
    badLines.set(bad);
    Map<Kind, Integer> counts = new TreeMap<>();
    for (VfReport vf : report.vfs()) {
      counts.merge(new Kind(carried(vf), vf.state().name()), 1, Integer::sum);
    }
    vfs.register(
        counts.entrySet().stream()
            .<Row<?>>map(entry ->
                Row.of(
                    Tags.of("profile", entry.getKey().profile(), "state", entry.getKey().state()),
                    entry.getValue()))
            .toList(),
        true);
    conditions.register(
        report.conditions().stream()
            .flatMap(condition ->
                Stream.of(Condition.Status.values())
                    .<Row<?>>map(status ->
                        Row.of(
                            Tags.of("type", condition.type().name(), "status", status.name()),
                            status == condition.status() ? 1 : 0)))
            .toList(),
        true);
  }

  private static String carried(VfReport vf) {
    return vf.current()
        .map(Profile::name)
        .orElse(vf.type().filter(type -> type != 0).isPresent() ? "unknown" : "none");
  }

  @Override
  public void wrote(String outcome) {
    registry.counter("vgpu.steward.agent.writes", "outcome", outcome).increment();
  }

  @Override
  public void unavailable() {
    registry.counter("vgpu.steward.agent.unavailable").increment();
  }

  String scrape() {
    return registry.scrape();
  }
}
