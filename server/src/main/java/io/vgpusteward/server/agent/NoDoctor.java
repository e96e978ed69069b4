package io.vgpusteward.server.agent;

import io.vgpusteward.agent.ClusterFacts;
import io.vgpusteward.agent.Doctor;
import io.vgpusteward.agent.advertised.Diagnosis;
import io.vgpusteward.agent.sysfs.Host;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Nobody looks at what is advertised. */
final class NoDoctor implements Doctor {
  @Override
  public Diagnosis diagnose(Host host, Set<String> changing, ClusterFacts facts, Instant now) {
    return new Diagnosis(
        Diagnosis.Status.Unknown, "NotLooked", "nobody looked at what is advertised", List.of());
  }
}
