package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.guest.SecretNames;
import io.vgpusteward.webhook.review.Decision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that must pass untouched, whatever is in them. */
class HandsOffTest {
  private final Fixture cluster = new Fixture();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: kubevirt.io/v1, kind: VirtualMachine}",
        "{kind: VirtualMachine, metadata: 5, spec: [1]}",
        "{kind: VirtualMachine, metadata: {annotations: [a], labels: x}, spec: {template: 1}}",
        "{kind: VirtualMachine, spec: {template: {spec: {domain: {devices: {gpus: {a: b}}}}}}}",
        "{kind: VirtualMachine, spec: {template: {spec: {domain: {devices: {gpus: [7, null]}}}}}}",
        "{kind: VirtualMachine, spec: {instancetype: {name: 5}, template: {}}}",
        "{kind: VirtualMachine, spec: {instancetype: nope, preference: [], template: {}}}",
        "{kind: VirtualMachineInstance, metadata: {ownerReferences: 3}, spec: {volumes: [1]}}"
      })
  void nothingVgpu_passes_whateverIsInIt(String object) {
    assertThat(cluster.unchanged((ObjectNode) yaml(object), Optional.empty()).warnings()).isEmpty();
  }

  @Test
  void labelOnTheGuest_meansHandsOff() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("metadata")).set("labels", yaml("{vgpu-steward.io/inject: 'false'}"));

    assertThat(cluster.unchanged(vm, Optional.empty()).warnings()).isEmpty();
  }

  @Test
  void labelOnTheNamespace_meansHandsOff() {
    cluster.namespaceLabel("vgpu-steward.io/inject", "false");

    cluster.unchanged(guest("annotated.yaml"), Optional.empty());
  }

  @Test
  void anotherValueOfTheLabel_meansNothing() {
    cluster.namespaceLabel("vgpu-steward.io/inject", "true");

    assertThat(spec(cluster.create("annotated.yaml"), "").has("affinity")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metadata", "/spec/template/metadata"})
  void clusterApiWorkers_areLeftAlone_withAWarning(String where) {
    ObjectNode vm = guest("listed-gpu.yaml");
    ((ObjectNode) vm.at(where)).set("labels", yaml("{cluster.x-k8s.io/cluster-name: tenant}"));

    assertThat(cluster.unchanged(vm, Optional.empty()).warnings())
        .singleElement()
        .asString()
        .contains("Cluster API");
  }

  @Test
  void instanceOfAVirtualMachine_isLeftAlone() {
    ObjectNode instance = guest("bare-instance.yaml");
    ((ObjectNode) instance.path("metadata"))
        .set("ownerReferences", yaml("[{kind: VirtualMachine, name: batch}]"));

    cluster.unchanged(instance, Optional.empty());
  }

  @Test
  void updateOfAnInstance_isLeftAlone() {
    ObjectNode old = guest("bare-instance.yaml");
    ObjectNode next = annotate(old.deepCopy(), "vgpu-steward.io/count", "2");

    cluster.unchanged(next, Optional.of(old));
  }

  @Test
  void bareInstance_withItsUserDataInASecret_isInjected() {
    ObjectNode instance = cluster.create("bare-instance.yaml");

    assertThat(instance.at("/spec/volumes/1/cloudInitNoCloud/secretRef/name").asText())
        .isEqualTo("vgpu-steward-user-data-batch");
    assertThat(Fixture.annotation(instance, "vgpu-steward.io/user-data-secret"))
        .isEqualTo("my-user-data");
    assertThat(instance.at("/spec/domain/devices/hostDevices/0/name").asText()).isEqualTo("vgpu0");
    assertThat(instance.at("/spec/affinity").isObject()).isTrue();
  }

  @Test
  void bareInstance_withInlineUserData_keepsIt_andGetsNoLicence() {
    ObjectNode instance = guest("bare-instance.yaml");
    ((ObjectNode) instance.at("/spec/volumes/1"))
        .set("cloudInitNoCloud", yaml("{userData: '#cloud-config'}"));

    ObjectNode stored = cluster.create(instance);

    assertThat(stored.at("/spec/volumes")).isEqualTo(instance.at("/spec/volumes"));
    assertThat(stored.at("/metadata/annotations").has("vgpu-steward.io/user-data")).isFalse();
    assertThat(cluster.warnings(instance)).anyMatch(w -> w.contains("into a Secret"));
  }

  @Test
  void instanceOfAReplicaSet_hasNoNameYet_andGetsASecretOfItsOwn() {
    ObjectNode instance = guest("bare-instance.yaml");
    ((ObjectNode) instance.path("metadata")).remove("name");
    ((ObjectNode) instance.path("metadata"))
        .put("generateName", "set-")
        .set("ownerReferences", yaml("[{kind: VirtualMachineInstanceReplicaSet, name: set}]"));

    assertThat(
            cluster
                .uid("u-9")
                .create(instance)
                .at("/spec/volumes/1/cloudInitNoCloud/secretRef/name")
                .asText())
        .isEqualTo("vgpu-steward-user-data-u-9");
  }

  @Test
  void profileOnTheTemplate_isNoRequest_butSaysSoBesideOne() {
    ObjectNode vm = guest("listed-gpu.yaml");
    ((ObjectNode) vm.at("/spec/template/metadata"))
        .set("annotations", yaml("{vgpu-steward.io/profile: L40S-12Q}"));

    assertThat(cluster.warnings(vm)).anyMatch(w -> w.contains("own metadata"));
  }

  @Test
  void viewThatIsNotReady_holdsUpWhatItCannotJudge_andNothingElse() {
    cluster.notReady("kubevirts");
    ObjectNode withType = guest("plain.yaml");
    ((ObjectNode) withType.path("spec")).set("instancetype", yaml("{name: any}"));

    assertThat(cluster.decide(guest("annotated.yaml"), Optional.empty()))
        .isEqualTo(new Decision.NotReady(List.of("kubevirts")));
    assertThat(cluster.decide(withType, Optional.empty())).isInstanceOf(Decision.NotReady.class);
    cluster.unchanged(guest("plain.yaml"), Optional.empty());
    ObjectNode labelled = guest("annotated.yaml");
    ((ObjectNode) labelled.path("metadata")).set("labels", yaml("{a: b}"));
    cluster.unchanged(labelled, Optional.of(guest("annotated.yaml")));
  }

  @Test
  void longNames_getASecretNameThatKubernetesTakes() {
    String longName = "a".repeat(253);

    assertThat(SecretNames.forGuest(longName))
        .hasSize(253)
        .startsWith("vgpu-steward-user-data-aaa")
        .isNotEqualTo(SecretNames.forGuest("a".repeat(252) + "b"));
    assertThat(SecretNames.forGuest("a.".repeat(120) + "b"))
        .matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
        .doesNotContain(".-");
  }

  @Test
  void patch_touchesNothingThatItNeedNot() {
    ObjectNode vm = guest("listed-gpu.yaml");
    set(vm, "/domain", "cpu", yaml("{cores: 4}"));

    var patch = AdmissionResponse.patch(vm, cluster.create(vm));

    assertThat(patch.findValuesAsText("path"))
        .containsExactlyInAnyOrder(
            "/metadata/annotations",
            "/metadata/annotations/vgpu-steward.io~1injected",
            "/metadata/annotations/vgpu-steward.io~1user-data",
            "/spec/template/spec/affinity",
            "/spec/template/spec/volumes/1/cloudInitNoCloud/secretRef");
  }
}
