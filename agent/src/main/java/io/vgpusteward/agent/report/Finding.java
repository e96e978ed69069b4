package io.vgpusteward.agent.report;

import io.vgpusteward.agent.advertised.Diagnosis;
import io.vgpusteward.agent.config.Problem;
import io.vgpusteward.agent.reconcile.Round;
import io.vgpusteward.agent.sysfs.Host;
import java.util.List;

/**
 * What one look at a node has found.
 *
 * @param problems the lines of the configuration that cannot be followed
 */
public record Finding(Host host, Round round, List<Problem> problems, Diagnosis advertised) {
  public Finding {
    problems = List.copyOf(problems);
  }
}
