package io.vgpusteward.server.release;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.VirtualMachines;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.webhook.injection.PlacementRelease;
import java.util.List;
import java.util.Optional;

/** Takes placement out of virtual machines, one by one. Blocks. */
final class Release {
  private static final int ATTEMPTS = 5;

  private final VirtualMachines machines;
  private final boolean writes;

  /** How a virtual machine came off. */
  enum State {
    /** Its placement is out. */
    RELEASED("released"),
    /** Its placement would be taken out. */
    TO_RELEASE("to be released"),
    /** There was none. */
    NOTHING("with nothing to release"),
    /** It is not ours to touch. */
    LEFT_ALONE("left alone"),
    FAILED("failed");

    private final String words;

    State(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    /** Whether it may still need us to start. */
    boolean isOpen() {
      return this == TO_RELEASE || this == FAILED;
    }
  }

  /** What became of a virtual machine, and a sentence about it. */
  record Outcome(State state, String text) {}

  /**
   * Works on these virtual machines.
   *
   * @param dryRun whether to say what would be done, and change nothing
   */
  Release(VirtualMachines machines, boolean dryRun) {
    this.machines = machines;
    this.writes = !dryRun && machines.isWritable();
  }

  /** Whether a virtual machine has anything of ours that matters here. */
  static boolean concerns(Guest guest) {
    return guest.annotations().containsKey(Keys.INJECTED)
        || guest.traces().framebufferGib() > 0
        || !guest.traces().requiredProfiles().isEmpty();
  }

  /** Releases it; where somebody else writes it at the same time, again from the start. */
  Outcome release(GuestKey key) {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Optional<ObjectNode> found = machines.find(key.namespace(), key.name());
        if (found.isEmpty()) {
          return new Outcome(State.FAILED, "there is no such virtual machine");
        }
        Optional<Outcome> outcome = attempt(found.get(), key.namespace());
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      return new Outcome(
          State.FAILED,
          "it was changed by somebody else each time it was to be written; try again");
    } catch (ClusterException | IllegalArgumentException e) {
      return new Outcome(State.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** One attempt; empty where somebody wrote it meanwhile. */
  private Optional<Outcome> attempt(ObjectNode stored, String namespace) {
    Guest guest = ObjectReader.virtualMachine(stored, problem -> {});
    PlacementRelease.Outcome plan = PlacementRelease.of(stored);
    if (plan.released().isEmpty()) {
      return Optional.of(
          new Outcome(State.NOTHING, "holds no placement of vgpu-steward's" + left(plan)));
    }
    Optional<String> hands = handsOff(guest, namespace);
    if (hands.isPresent()) {
      return Optional.of(new Outcome(State.LEFT_ALONE, "left alone: " + hands.get()));
    }
    String fields = plan.removed().isEmpty() ? "its record" : String.join(", ", plan.removed());
    if (!writes) {
      String what = machines.isWritable() ? "would be taken out: " : "take out of its manifest: ";
      return Optional.of(new Outcome(State.TO_RELEASE, what + fields + left(plan)));
    }
    return machines.replace(plan.released().get()).map(written -> outcome(written, plan, fields));
  }

  private static Outcome outcome(ObjectNode written, PlacementRelease.Outcome plan, String fields) {
    if (PlacementRelease.of(written).released().isPresent()) {
      return new Outcome(
          State.FAILED,
          "a webhook put its placement back: an older vgpu-steward still runs; take its webhook"
              + " configurations away first");
    }
    Guest guest = ObjectReader.virtualMachine(written, problem -> {});
    String when =
        guest.running()
            ? "; from its next start on: virtctl restart -n "
                + guest.key().namespace()
                + " "
                + guest.key().name()
            : "";
    return new Outcome(State.RELEASED, "released, without " + fields + when + left(plan));
  }

  private static String left(PlacementRelease.Outcome plan) {
    List<String> left = plan.left();
    return left.isEmpty()
        ? ""
        : "; not injected, so it stays, and no other scheduler gets by it: "
            + String.join(", ", left);
  }

  private Optional<String> handsOff(Guest guest, String namespace) {
    if (guest.optedOut()) {
      return Optional.of("its label " + Keys.INJECT + " says so");
    }
    if (guest.clusterApiWorker()) {
      return Optional.of("it is a node of a Cluster API cluster");
    }
    if (guest.deleting()) {
      return Optional.of("it is being deleted");
    }
    return "false".equals(machines.namespaceLabels(namespace).get(Keys.INJECT))
        ? Optional.of("the label " + Keys.INJECT + " of its namespace says so")
        : Optional.empty();
  }
}
