package io.vgpusteward.webhook.check;

import static io.vgpusteward.webhook.check.GuestChecksTest.alone;
import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.unannotate;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.injection.Fixture;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which guests are judged, and when; and what is said of one whose injection is missing. */
final class GuestChecksScopeTest {
  private static final String PROFILE = "vgpu-steward.io/profile";

  private final Fixture cluster = new Fixture();

  @ParameterizedTest
  @ValueSource(
      strings = {"annotated.yaml", "listed-gpu.yaml", "vgpu-smoke.yaml", "bare-instance.yaml"})
  void created_withoutInjection_isDeniedWithRetry(String file) {
    Decision.Denied denied =
        denied(cluster.check(guest(file), Optional.empty(), Policy.defaults()));

    assertThat(denied.code()).isEqualTo(422);
    assertThat(denied.message())
        .contains("metadata.annotations[vgpu-steward.io/*]", "retry", "[injection-missing]");
    assertAdmitted(cluster.create(file), Optional.empty());
  }

  @Test
  void created_withANameOfTheApiServers_isJudgedUnderThatName() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("metadata")).put("generateName", "desktop-").remove("name");
    ObjectNode mutated = cluster.uid("b7a3a9b0-0000-4000-8000-000000000001").create(vm);

    // Validation is another review, with the name and with a uid of its own.
    ((ObjectNode) mutated.path("metadata")).put("name", "desktop-x7k2p");
    cluster.uid("b7a3a9b0-0000-4000-8000-000000000002");

    assertAdmitted(mutated, Optional.empty());
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        loss(
            "the devices",
            "spec.template.spec.domain.devices.hostDevices",
            vm -> ((ObjectNode) spec(vm, "/domain/devices")).remove("hostDevices")),
        loss(
            "the placement",
            "spec.template.spec.affinity",
            vm -> ((ObjectNode) spec(vm, "")).remove("affinity")),
        loss(
            "the pointer",
            "spec.template.spec.volumes",
            vm ->
                ((ObjectNode) spec(vm, "/volumes/1/cloudInitNoCloud/secretRef")).put("name", "x")),
        loss(
            "the volume", "spec.template.spec.volumes: ", vm -> set(vm, "", "volumes", yaml("[]"))),
        loss(
            "the disk",
            "spec.template.spec.domain.devices.disks",
            vm -> set(vm, "/domain/devices", "disks", yaml("[{name: root, disk: {bus: virtio}}]"))),
        loss(
            "the profile for the pod",
            "spec.template.metadata.annotations.vgpu-steward.io/profile",
            vm -> ((ObjectNode) vm.at("/spec/template/metadata/annotations")).remove(PROFILE)),
        loss(
            "the record",
            "the annotations that go with it are missing",
            vm -> unannotate(vm, "vgpu-steward.io/injected")));
  }

  private static Arguments loss(String name, String field, Consumer<ObjectNode> edit) {
    return Arguments.of(name, field, edit);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("losses")
  void created_withAPartTakenOut_isDeniedNamingIt(
      String name, String field, Consumer<ObjectNode> edit) {
    ObjectNode vm = cluster.create("annotated.yaml");
    edit.accept(vm);

    assertThat(denied(cluster.check(vm, Optional.empty(), Policy.defaults())).message())
        .contains(field);
  }

  @Test
  void created_withAPartTakenOut_inPlacementByExtender() {
    ObjectNode vm = cluster.extender("gpu-scheduler").create("annotated.yaml");
    ((ObjectNode) spec(vm, "/domain")).remove("resources");
    ((ObjectNode) spec(vm, "")).remove("schedulerName");

    assertThat(denied(cluster.check(vm, Optional.empty(), Policy.defaults())).message())
        .contains("spec.template.spec.domain.resources, spec.template.spec.schedulerName");
  }

  @Test
  void record_inOtherWords_isTheSame() {
    ObjectNode vm = cluster.create("annotated.yaml");
    String record = Fixture.annotation(vm, "vgpu-steward.io/injected");
    annotate(vm, "vgpu-steward.io/injected", record.replace("{", "{ ").replace("}", ",\"a\":1}"));

    assertThat(Fixture.annotation(vm, "vgpu-steward.io/injected")).isNotEqualTo(record);
    assertAdmitted(vm, Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("losses")
  void ofAnUpdateThatLosesAPart_isDenied_unlessItWasLostBefore(
      String name, String field, Consumer<ObjectNode> edit) {
    ObjectNode whole = cluster.create("annotated.yaml");
    ObjectNode broken = whole.deepCopy();
    edit.accept(broken);
    ObjectNode later = broken.deepCopy();
    ((ObjectNode) spec(later, "")).put("terminationGracePeriodSeconds", 7);

    if (!name.equals("the disk") && !name.equals("the record")) {
      denied(cluster.check(broken, Optional.of(whole), Policy.defaults()));
    }
    assertAdmitted(later, Optional.of(broken));
  }

  @Test
  void olderGuest_isLeftAlone_untilItAsksAnew() {
    ObjectNode older = guest("listed-gpu.yaml");
    ObjectNode edited = set(older.deepCopy(), "", "nodeSelector", yaml("{a: b}"));
    ObjectNode scheduled = set(older.deepCopy(), "", "schedulerName", yaml("mine"));
    ObjectNode asking = annotate(older.deepCopy(), "vgpu-steward.io/license", "true");

    assertAdmitted(edited, Optional.of(older));
    assertAdmitted(scheduled, Optional.of(older));
    assertThat(denied(cluster.check(asking, Optional.of(older), Policy.defaults())).message())
        .contains("[injection-missing]");
  }

  @Test
  void withdrawnRequest_whoseDevicesStay_isDenied() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode withdrawn = unannotate(stored.deepCopy(), PROFILE);

    assertThat(denied(cluster.check(withdrawn, Optional.of(stored), Policy.defaults())).message())
        .contains("spec.template.spec.domain.devices.hostDevices");
    assertAdmitted(cluster.update(stored, withdrawn), Optional.of(stored));
  }

  @Test
  void malformedRequest_isDeniedAsTheMutationWould() {
    ObjectNode vm = annotate(guest("plain.yaml"), PROFILE, "much");
    Policy withoutInjection = alone(Rule.TOO_MANY, Mode.DENY);

    assertThat(denied(cluster.check(vm, Optional.empty(), Policy.defaults())).message())
        .contains("\"much\" is not a vGPU profile");
    assertThat(denied(cluster.check(vm, Optional.empty(), withoutInjection)).message())
        .contains("\"much\" is not a vGPU profile");
    assertThat(
            Fixture.admitted(
                    cluster.check(
                        annotate(vm.deepCopy(), "vgpu-steward.io/note", "x"),
                        Optional.of(vm),
                        withoutInjection))
                .warnings())
        .isEmpty();
  }

  static Stream<Arguments> untouchable() {
    return Stream.of(
        Arguments.of("opted out", "/metadata", "{labels: {vgpu-steward.io/inject: 'false'}}"),
        Arguments.of("being deleted", "/metadata", "{deletionTimestamp: '2026-01-01T00:00:00Z'}"),
        Arguments.of(
            "of Cluster API", "/metadata", "{labels: {cluster.x-k8s.io/cluster-name: c}}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("untouchable")
  void untouchableGuest_isNotJudged(String name, String pointer, String members) {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.at(pointer)).setAll((ObjectNode) yaml(members));

    assertAdmitted(vm, Optional.empty());
    assertAdmitted(vm, Optional.of(guest("plain.yaml")));
  }

  @Test
  void guestInAnOptedOutNamespace_isNotJudged() {
    cluster.namespaceLabel("vgpu-steward.io/inject", "false");
    assertAdmitted(guest("annotated.yaml"), Optional.empty());
  }

  @Test
  void guestWithoutAnythingOfOurs_isNotJudged_evenBeforeTheViewIsReady() {
    cluster.notReady("namespaces");
    assertAdmitted(guest("plain.yaml"), Optional.empty());
  }

  @Test
  void guestThatAsks_beforeTheViewIsReady_hasToWait() {
    ObjectNode ofInstancetype = guest("plain.yaml");
    ((ObjectNode) ofInstancetype.path("spec")).set("instancetype", yaml("{name: gpu}"));
    ObjectNode labelled = guest("annotated.yaml");
    ((ObjectNode) labelled.path("metadata")).set("labels", yaml("{a: b}"));
    cluster.notReady("namespaces");

    for (ObjectNode vm : new ObjectNode[] {guest("annotated.yaml"), ofInstancetype}) {
      assertThat(cluster.check(vm, Optional.empty(), Policy.defaults()))
          .isInstanceOf(Decision.NotReady.class);
    }
    assertAdmitted(labelled, Optional.of(guest("annotated.yaml")));
  }

  @Test
  void instanceOfAVirtualMachine_isNotJudged() {
    ObjectNode instance = guest("bare-instance.yaml");
    ((ObjectNode) instance.path("metadata"))
        .set("ownerReferences", yaml("[{kind: VirtualMachine, name: desktop}]"));
    assertAdmitted(instance, Optional.empty());
  }

  @Test
  void instanceOfAReplicaSet_isJudgedWhenItIsCreatedAndNeverLater() {
    ObjectNode instance = guest("bare-instance.yaml");
    ((ObjectNode) instance.path("metadata"))
        .set("ownerReferences", yaml("[{kind: VirtualMachineInstanceReplicaSet, name: s}]"));
    ObjectNode changed = annotate(instance.deepCopy(), PROFILE, "L4-6Q");

    denied(cluster.check(instance, Optional.empty(), Policy.defaults()));
    assertAdmitted(changed, Optional.of(instance));
  }

  @Test
  void offMode_admitsWhatWasNotInjected() {
    assertThat(
            Fixture.admitted(
                    cluster.check(
                        guest("annotated.yaml"),
                        Optional.empty(),
                        alone(Rule.INJECTION_MISSING, Mode.OFF)))
                .warnings())
        .isEmpty();
  }

  @Test
  void updateThatBringsABreach_isDenied() {
    ObjectNode stored = cluster.create("listed-gpu.yaml");
    ObjectNode next = stored.deepCopy();
    set(next, "/domain/devices", "gpus", yaml("[{name: d, deviceName: nvidia.com/A10-12Q}]"));
    ObjectNode mutated = cluster.update(stored, next);

    assertThat(denied(cluster.check(mutated, Optional.of(stored), Policy.defaults())).message())
        .contains("nvidia.com/A10-12Q is not in KubeVirt's permittedHostDevices");
  }

  private void assertAdmitted(ObjectNode object, Optional<ObjectNode> old) {
    Decision decision = cluster.check(object, old, Policy.defaults());
    assertThat(decision).isInstanceOf(Decision.Admitted.class);
    assertThat(((Decision.Admitted) decision).changed()).isFalse();
  }

  private static Decision.Denied denied(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Denied.class);
    return (Decision.Denied) decision;
  }
}
