package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.sysfs.VgpuType;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random histories of nodes, second by second: configurations, virtual machines, reboots, reloads
 * of the driver, kills of the agent and faults, in which no write may hurt anybody and which all
 * end in what is configured or in a true reason.
 */
final class ModelCheckTest {
  private static final int HISTORIES = Integer.getInteger("model.histories", 1000);
  private static final long FIRST = Long.getLong("model.first", 1);
  private static final int ACTIVE = 400;
  private static final int QUIET = 1000;

  @Test
  void everyHistory_endsAsConfiguredOrInATrueReason() {
    for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
      History history = new History(seed);
      try {
        history.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed %d, %s: %s%n%s"
                .formatted(
                    seed,
                    history.node.driver.kind,
                    e.getMessage(),
                    String.join("\n", history.node.log)),
            e);
      }
    }
  }

  /** One node's history. */
  private static final class History {
    private final Random random;
    private final NodeModel node;
    private final Watch watch;
    private final Configurations configurations;

    History(long seed) {
      // The first bits of neighbouring seeds are alike.
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      DriverModel.Kind kind =
          random.nextBoolean() ? DriverModel.Kind.VENDOR : DriverModel.Kind.OPEN;
      DriverModel.Gpu first = DriverModel.l40s("0000:41:00.0", 2 + random.nextInt(4), 1145);
      DriverModel.Gpu second =
          random.nextInt(3) == 0
              ? new DriverModel.Gpu(
                  "0000:81:00.0", "A10", 24, 3, 590, List.of("4Q", "8Q", "12Q", "24Q"))
              : DriverModel.l40s("0000:81:00.0", 1 + random.nextInt(4), 2145);
      DriverModel driver =
          random.nextBoolean()
              ? new DriverModel(kind, first)
              : new DriverModel(kind, first, second);
      first.isMixed = random.nextInt(4) == 0;
      node = new NodeModel(driver, random);
      node.mayDie = random.nextBoolean();
      watch = new Watch(node);
      configurations = new Configurations(driver, random);
    }

    void run() {
      if (random.nextInt(3) == 0) {
        setAsFound();
      }
      node.configure(configurations.any());
      for (int second = 0; second < ACTIVE; second++) {
        disturb();
        schedule(random.nextInt(8) == 0 ? 10_000 : random.nextInt(120));
        node.tick();
      }
      calm();
      for (int second = 0; second < QUIET; second++) {
        node.tick();
      }
      int rounds = node.rounds;
      int writes = node.writes;
      int changes = node.changes;
      for (int second = 0; second < 600; second++) {
        node.tick();
      }
      long functions = node.driver.vfs().size();
      check(node.rounds - rounds <= 12 + 10 * functions, "rounds", node.rounds - rounds);
      check(node.writes - writes <= 6 * functions, "writes", node.writes - writes);
      check(node.changes == changes, "changes", node.changes - changes);
      new Outcome(node, watch).check();
    }

    /** What somebody else set before the agent came. */
    private void setAsFound() {
      for (DriverModel.Gpu gpu : node.driver.gpus.values()) {
        for (DriverModel.Vf vf : gpu.vfs) {
          List<VgpuType> creatable = gpu.creatable();
          if (random.nextInt(4) != 0 && !creatable.isEmpty()) {
            vf.type = any(creatable).id();
            node.log(vf.busId + " was found with " + vf.profile().orElseThrow());
          }
        }
      }
    }

    private static void check(boolean holds, String what, int count) {
      if (!holds) {
        throw new AssertionError(count + " " + what + " in 600 quiet seconds");
      }
    }

    /** What lasts stays, what is on its way arrives. */
    private void calm() {
      node.log("quiet");
      watch.disturbed = node.second;
      node.mayDie = false;
      node.apiDownUntil = 0;
      node.driver.gpus.values().forEach(gpu -> gpu.vfs.forEach(vf -> vf.isThere = true));
    }

    private void schedule(int life) {
      if (random.nextInt(4) == 0) {
        place(random.nextInt(NodeModel.SETTLE + 1), life);
      }
    }

    private void place(int lateness, int life) {
      for (Profile profile : wished()) {
        PciId pciId = any(List.copyOf(node.driver.gpus.values())).pciId;
        if (node.fits(profile, pciId)) {
          node.log("placed a pod for %s, late by %ds".formatted(profile, lateness));
          node.kubelet.place(profile, pciId, node.second, lateness, life);
          return;
        }
      }
    }

    private List<Profile> wished() {
      return node.functions().stream().flatMap(vf -> vf.current().stream()).distinct().toList();
    }

    private void disturb() {
      DriverModel.Gpu gpu = any(List.copyOf(node.driver.gpus.values()));
      DriverModel.Vf vf = any(gpu.vfs);
      switch (random.nextInt(900)) {
        case 0, 1, 2, 3, 4 -> {
          // The worst moment: what is decided now comes as late as can be.
          place(NodeModel.SETTLE - random.nextInt(2), random.nextInt(120));
          node.configure(configurations.any());
        }
        case 5 -> reboot();
        case 6 -> reload(gpu);
        case 7, 8 -> node.kill();
        case 9 -> node.apiDownUntil = node.second + random.nextInt(60);
        case 10 -> hold(vf);
        case 11 -> fault(vf);
        case 12 -> node.forget();
        default -> {}
      }
      if (random.nextInt(10) == 0) {
        node.kubelet.scan();
      }
      // Functions that were away come back one after the other.
      if (!vf.isThere && random.nextInt(3) == 0) {
        vf.isThere = true;
        watch.disturbed = node.second;
      }
      if (random.nextInt(40) == 0 && !node.kubelet.isHeld(vf)) {
        vf.isOpen = false;
      }
    }

    private void reboot() {
      node.log("reboot");
      watch.disturbed = node.second;
      node.emptied.clear();
      node.kubelet.reboot();
      for (DriverModel.Gpu gpu : node.driver.gpus.values()) {
        gpu.isMixed = false;
        gpu.vfs.forEach(this::lose);
      }
      node.kill();
    }

    private void reload(DriverModel.Gpu gpu) {
      boolean isInUse =
          gpu.vfs.stream().anyMatch(vf -> vf.isOpen || node.kubelet.isHeld(vf))
              || node.kubelet.pods.stream().anyMatch(pod -> pod.pciId.equals(gpu.pciId));
      if (!isInUse) {
        node.log("driver of " + gpu.busId + " reloaded");
        watch.disturbed = node.second;
        gpu.vfs.forEach(vf -> node.emptied.remove(vf.busId));
        gpu.vfs.forEach(this::lose);
        node.kubelet.scan();
      }
    }

    private void lose(DriverModel.Vf vf) {
      vf.type = 0;
      vf.isOpen = false;
      vf.busy = 0;
      vf.isThere = false;
    }

    private void hold(DriverModel.Vf vf) {
      if (vf.type != 0 && !node.kubelet.isHeld(vf)) {
        node.log("something holds " + vf.busId);
        vf.isOpen = true;
      }
    }

    private void fault(DriverModel.Vf vf) {
      switch (random.nextInt(4)) {
        case 0 -> vf.isDeaf = true;
        case 1 ->
            vf.broken = any(List.of(io.vgpusteward.agent.sysfs.RefusedException.Errno.values()));
        case 2 -> vf.busy = 2 + random.nextInt(7);
        default -> vf.isReadable = false;
      }
      node.log("fault of " + vf.busId);
    }

    private <T> T any(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }
  }
}
