package io.vgpusteward.agent;

import io.vgpusteward.agent.advertised.Advertised;
import io.vgpusteward.agent.advertised.Diagnosis;
import io.vgpusteward.agent.advertised.Restart;
import io.vgpusteward.agent.advertised.RestartDecision;
import io.vgpusteward.agent.advertised.RestartPort;
import io.vgpusteward.agent.advertised.Scene;
import io.vgpusteward.agent.advertised.Sightings;
import io.vgpusteward.agent.podresources.PodResources;
import io.vgpusteward.agent.podresources.PodResourcesException;
import io.vgpusteward.agent.reconcile.Round;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.IommuGroups;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether the kubelet gives out just what the virtual functions carry, and restarts
 * virt-handler where it was asked to and that helps. For one thread.
 */
public final class Doctor {
  private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

  private final PodResources kubelet;
  private final IommuGroups groups;
  private final Optional<RestartPort> cure;
  private final Advertised advertised;
  private final Restart restart;
  private final Sightings sightings = new Sightings();
  private String said = "";

  /** A diagnosis and what it is of. */
  public record Found(Scene scene, Diagnosis diagnosis) {}

  /**
   * A doctor.
   *
   * @param cure how virt-handler is restarted; empty where it must not be
   * @param patience how long virt-handler may take from its start until the kubelet knows what it
   *     offers, and how long something wrong lasts before it is restarted for that
   */
  public Doctor(
      PodResources kubelet, IommuGroups groups, Optional<RestartPort> cure, Duration patience) {
    this.kubelet = kubelet;
    this.groups = groups;
    this.cure = cure;
    this.advertised = new Advertised(patience);
    this.restart = new Restart(patience, Restart.PAUSE);
  }

  /** A doctor of the usual patience. */
  public Doctor(PodResources kubelet, IommuGroups groups, Optional<RestartPort> cure) {
    this(kubelet, groups, cure, Restart.STEADY);
  }

  /** How it is now; asks the kubelet. */
  Found diagnose(Host host, Round round, ClusterFacts facts, Instant now) {
    Scene scene =
        new Scene(
            host,
            carried(round),
            groups.read(),
            round.changing(),
            sightings.types(host, now),
            sightings.permitted(facts.permitted(), now),
            facts.kubeVirt(),
            facts.allocatable(),
            devices(),
            facts.virtHandler(),
            now);
    return new Found(scene, advertised.of(scene));
  }

  private static Map<String, Profile> carried(Round round) {
    Map<String, Profile> carried = new HashMap<>();
    round.gpus().stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .forEach((VfRound vf) ->
            vf.current().ifPresent(profile -> carried.put(vf.host().busId(), profile)));
    return carried;
  }

  private Optional<Map<ResourceName, Set<String>>> devices() {
    if (!kubelet.isThere()) {
      return Optional.empty();
    }
    try {
      return Optional.of(kubelet.devices());
    } catch (PodResourcesException e) {
      LOG.debug("the kubelet does not say which devices it has: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Does what is to be done against what was found; only where all of it is published. */
  void treat(Found found, ClusterFacts facts) {
    if (cure.isEmpty()) {
      return;
    }
    switch (restart.decide(found.diagnosis(), found.scene(), facts.lastRestart())) {
      case RestartDecision.Needless() -> said = "";
      case RestartDecision.Later(String why, Instant again) ->
          LOG.debug("virt-handler is not restarted before {}: {}", again, why);
      case RestartDecision.Tried(String why) -> sayOnce(why);
      case RestartDecision.Now now -> {
        LOG.info("{}", now.words());
        now.carryOut(cure.get());
      }
    }
  }

  private void sayOnce(String why) {
    if (!why.equals(said)) {
      LOG.warn("{}", why);
      said = why;
    }
  }
}
