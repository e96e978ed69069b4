package io.vgpusteward.server.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.VirtualMachines;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.server.release.Release.Outcome;
import io.vgpusteward.server.release.Release.State;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One virtual machine, and what becomes of it. */
class ReleaseTest {
  private static final GuestKey KEY = new GuestKey(GuestKey.Kind.VirtualMachine, "tenant-a", "vm");

  private static final String VM =
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachine
      metadata:
        name: vm
        namespace: tenant-a
        annotations:
          vgpu-steward.io/injected: '{"request":"L40S-24Q*1","framebufferGib":24,"schedulerName":"gpu"}'
      spec:
        template:
          spec:
            schedulerName: gpu
            domain:
              devices: {}
              resources:
                requests: {vgpu-steward.io/framebuffer-gib: "24"}
                limits: {vgpu-steward.io/framebuffer-gib: "24"}
      """;

  private static final String FIELDS =
      "spec.template.spec.domain.resources.requests[vgpu-steward.io/framebuffer-gib],"
          + " spec.template.spec.domain.resources.limits[vgpu-steward.io/framebuffer-gib],"
          + " spec.template.spec.schedulerName";

  private final Machines machines = new Machines();

  @Test
  void placement_isTakenOut_once() {
    machines.stored = read(VM);

    assertThat(release()).isEqualTo(new Outcome(State.RELEASED, "released, without " + FIELDS));
    assertThat(machines.stored.at("/spec/template/spec").toString())
        .isEqualTo("{\"domain\":{\"devices\":{}}}");
    assertThat(release())
        .isEqualTo(new Outcome(State.NOTHING, "holds no placement of vgpu-steward's"));
    assertThat(machines.writes).hasSize(1);
  }

  @Test
  void runningMachine_isReleasedFromItsNextStartOn() {
    machines.stored = read(VM);
    machines.stored.withObject("/status").put("created", true);

    assertThat(release().text())
        .isEqualTo(
            "released, without "
                + FIELDS
                + "; from its next start on: virtctl restart -n tenant-a vm");
  }

  @Test
  void dryRun_andAFolder_sayWhatThereIsToDo() {
    machines.stored = read(VM);

    assertThat(new Release(machines, true).release(KEY))
        .isEqualTo(new Outcome(State.TO_RELEASE, "would be taken out: " + FIELDS));
    machines.writable = false;
    assertThat(release())
        .isEqualTo(new Outcome(State.TO_RELEASE, "take out of its manifest: " + FIELDS));
    assertThat(machines.writes).isEmpty();
  }

  @Test
  void conflict_isTriedAgain_withWhatIsStoredThen() {
    machines.stored = read(VM);
    machines.conflicts = 2;

    assertThat(release().state()).isEqualTo(State.RELEASED);
    assertThat(machines.stored.at("/metadata/labels/conflict").asText()).isEqualTo("0");
  }

  @Test
  void conflictThatNeverEnds_isSaid() {
    machines.stored = read(VM);
    machines.conflicts = 100;

    assertThat(release())
        .isEqualTo(
            new Outcome(
                State.FAILED,
                "it was changed by somebody else each time it was to be written; try again"));
    assertThat(machines.writes).hasSize(5);
  }

  @Test
  void webhookThatPutsItBack_isSaid() {
    machines.stored = read(VM);
    machines.admission = written -> read(VM);

    Outcome outcome = release();

    assertThat(outcome.state()).isEqualTo(State.FAILED);
    assertThat(outcome.text()).startsWith("a webhook put its placement back");
  }

  @Test
  void refusal_isPassedOn() {
    machines.stored = read(VM);
    machines.admission =
        written -> {
          throw new ClusterException("HTTP 403: not yours");
        };

    assertThat(release()).isEqualTo(new Outcome(State.FAILED, "HTTP 403: not yours"));
  }

  @Test
  void machineThatIsNotThere_isSaid() {
    assertThat(release()).isEqualTo(new Outcome(State.FAILED, "there is no such virtual machine"));
  }

  @Test
  void recordThatCannotBeRead_isSaid() {
    machines.stored = read(VM.replace("'{\"request\":", "'{\"r\":"));

    assertThat(release().state()).isEqualTo(State.FAILED);
    assertThat(release().text()).contains("cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "labels: {vgpu-steward.io/inject: 'false'} | its label vgpu-steward.io/inject says so",
        "labels: {cluster.x-k8s.io/role: worker} | it is a node of a Cluster API cluster",
        "deletionTimestamp: '2026-11-21T10:00:00Z' | it is being deleted"
      })
  void machineThatIsNotOurs_isLeftAlone(String metadata, String why) {
    machines.stored = read(VM.replace("  name: vm\n", "  name: vm\n  " + metadata + "\n"));

    assertThat(release()).isEqualTo(new Outcome(State.LEFT_ALONE, "left alone: " + why));
    assertThat(machines.writes).isEmpty();
  }

  @Test
  void namespaceThatOptedOut_isLeftAlone() {
    machines.stored = read(VM);
    machines.labels = Map.of("vgpu-steward.io/inject", "false");

    assertThat(release().text())
        .isEqualTo("left alone: the label vgpu-steward.io/inject of its namespace says so");
  }

  @Test
  void whatNobodyInjected_stays_andIsNamed() {
    machines.stored = read(VM.replaceAll("(?m)^    vgpu-steward.io/injected.*\n", "    a: b\n"));

    assertThat(release())
        .isEqualTo(
            new Outcome(
                State.NOTHING,
                "holds no placement of vgpu-steward's; not injected, so it stays, and no other"
                    + " scheduler gets by it:"
                    + " spec.template.spec.domain.resources.requests[vgpu-steward.io/framebuffer-gib],"
                    + " spec.template.spec.domain.resources.limits[vgpu-steward.io/framebuffer-gib]"));
  }

  private Outcome release() {
    return new Release(machines, false).release(KEY);
  }

  private static ObjectNode read(String yaml) {
    return Manifests.read("-", new ByteArrayInputStream(yaml.getBytes(UTF_8))).getFirst().object();
  }

  /** One virtual machine, or none. */
  private static final class Machines implements VirtualMachines {
    /** Empty where there is none. */
    ObjectNode stored = JsonNodeFactory.instance.objectNode();

    final List<ObjectNode> writes = new ArrayList<>();
    int conflicts;
    boolean writable = true;
    Map<String, String> labels = Map.of();
    Function<ObjectNode, ObjectNode> admission = written -> written;

    @Override
    public List<Guest> list(Optional<String> namespace) {
      return find("", "").map(vm -> ObjectReader.virtualMachine(vm, problem -> {})).stream()
          .toList();
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
      return labels;
    }

    @Override
    public Optional<ObjectNode> find(String namespace, String name) {
      return Optional.of(stored).filter(vm -> !vm.isEmpty()).map(ObjectNode::deepCopy);
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public Optional<ObjectNode> replace(ObjectNode object) {
      writes.add(object);
      if (conflicts > 0) {
        stored.withObject("/metadata/labels").put("conflict", Integer.toString(--conflicts));
        return Optional.empty();
      }
      stored = admission.apply(object);
      return Optional.of(stored.deepCopy());
    }

    @Override
    public void close() {}
  }
}
