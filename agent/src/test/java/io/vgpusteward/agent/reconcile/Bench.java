package io.vgpusteward.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.claim.Claims;
import io.vgpusteward.agent.config.NodeProfiles;
import io.vgpusteward.agent.reconcile.Round.VfRound;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.vgpu.Vf;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node whose agent is led step by step. */
final class Bench {
  static final Duration SETTLE = Duration.ofSeconds(15);
  static final String GPU = "0000:41:00.0";
  static final String FIRST = "0000:41:00.4";
  static final String SECOND = "0000:41:00.5";

  final DriverModel driver;
  final Reconciler reconciler = new Reconciler(SETTLE, Duration.ofSeconds(30));
  final List<String> writes = new ArrayList<>();
  Claims claims = Claims.none();
  NodeProfiles profiles = NodeProfiles.none();
  Memory memory = Memory.empty();
  Instant now = Instant.EPOCH;

  Bench(DriverModel driver) {
    this.driver = driver;
  }

  /** One L40S of a vendor's driver. */
  static Bench l40s(int vfs) {
    return new Bench(new DriverModel(DriverModel.Kind.VENDOR, DriverModel.l40s(GPU, vfs, 1145)));
  }

  void configure(String... lines) {
    profiles = NodeProfiles.of(Map.of("profiles", String.join("\n", lines)), "node-a");
    assertThat(profiles.problems()).isEmpty();
  }

  DriverModel.Vf vf(String busId) {
    return driver.vf(busId).orElseThrow();
  }

  /** Sets what the driver calls by that name, as somebody did before. */
  void set(String busId, String profile) {
    vf(busId).type = id(busId, profile);
  }

  long id(String busId, String profile) {
    return vf(busId).gpu.types.stream()
        .filter(type -> type.profile().name().equals(profile))
        .findFirst()
        .orElseThrow()
        .id();
  }

  void hold(String busId, String machine) {
    claims =
        new Claims(
            Map.of(busId, new Vf.Holder("tenant", "virt-launcher", java.util.Optional.of(machine))),
            List.of());
  }

  void await(String machine) {
    Vf.Holder pod = new Vf.Holder("tenant", "virt-launcher", java.util.Optional.of(machine));
    claims = new Claims(Map.of(), List.of(new Claims.Awaiting(pod, Set.of())));
  }

  Round look() {
    Round round = reconciler.round(driver.read(), profiles, claims, memory, now);
    memory = round.memory();
    return round;
  }

  /** A look, and what it says is published. */
  Round publish() {
    Round round = look();
    memory = memory.published(round.changing(), now);
    return round;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** A look whose steps are done. */
  Round act() {
    Round round = publish();
    for (Step step : round.steps()) {
      try {
        driver.write(step.vf(), step.type());
        writes.add(step.type() + " to " + step.vf());
        memory = memory.accepted(step, now);
      } catch (RefusedException e) {
        writes.add(e.errno() + " for " + step.type() + " to " + step.vf());
        memory = memory.refused(step, e, now);
      }
    }
    return round;
  }

  /** Announces, lets that settle and goes on until nothing is left to do at once. */
  Round finish() {
    publish();
    pass(SETTLE);
    Round round = act();
    for (int count = 0; count < 100 && !round.steps().isEmpty(); count++) {
      round = act();
    }
    assertThat(round.steps()).isEmpty();
    return round;
  }

  static VfRound said(Round round, String busId) {
    return round.gpus().stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .filter(vf -> vf.host().busId().equals(busId))
        .findFirst()
        .orElseThrow();
  }

  static String message(Round round, String busId) {
    return said(round, busId).message().orElse("");
  }
}
