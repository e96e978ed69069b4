package io.vgpusteward.agent;

import io.vgpusteward.agent.advertised.Diagnosis;
import io.vgpusteward.agent.sysfs.Host;
import java.time.Instant;
import java.util.Set;

/** Finds out whether the kubelet gives out just what the virtual functions carry. */
public interface Doctor {
  /**
   * What it is now. It may ask the kubelet.
   *
   * @param changing the functions whose change is announced
   */
  Diagnosis diagnose(Host host, Set<String> changing, ClusterFacts facts, Instant now);

  /** Does what was asked for against the causes, if anything; called where all is published. */
  default void treat(Diagnosis diagnosis, Instant now) throws InterruptedException {}
}
