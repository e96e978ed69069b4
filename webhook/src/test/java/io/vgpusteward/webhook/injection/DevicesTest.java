package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.annotation;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.webhook.review.Decision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {
  private final Fixture cluster = new Fixture();

  @Test
  void annotation_givesHostDevicesAndThePodsProfile() {
    ObjectNode vm = cluster.create("annotated.yaml");

    assertThat(spec(vm, "/domain/devices/hostDevices"))
        .isEqualTo(yaml("[{name: vgpu0, deviceName: nvidia.com/L40S-24Q}]"));
    assertThat(vm.at("/spec/template/metadata/annotations"))
        .isEqualTo(yaml("{vgpu-steward.io/profile: L40S-24Q}"));
  }

  @Test
  void annotation_withCount_givesAsManyDevices() {
    ObjectNode vm = cluster.create(annotate(guest("annotated.yaml"), "vgpu-steward.io/count", "2"));

    assertThat(spec(vm, "/domain/devices/hostDevices").findValuesAsText("name"))
        .containsExactly("vgpu0", "vgpu1");
  }

  @Test
  void annotation_withoutTheHostDevicesGate_givesGpusWithoutADisplay() {
    ObjectNode vm = cluster.withoutHostDevicesGate().create("annotated.yaml");

    assertThat(spec(vm, "/domain/devices/gpus"))
        .isEqualTo(
            yaml(
                "[{name: vgpu0, deviceName: nvidia.com/L40S-24Q,"
                    + " virtualGPUOptions: {display: {enabled: false}}}]"));
    assertThat(spec(vm, "/domain/devices").has("hostDevices")).isFalse();
  }

  @Test
  void annotation_ofAnotherProfileOfTheBoard_takesTheBoardsResource() {
    ObjectNode vm =
        cluster.create(annotate(guest("plain.yaml"), "vgpu-steward.io/profile", "L40S-12Q"));

    assertThat(spec(vm, "/domain/devices/hostDevices/0/deviceName").asText())
        .isEqualTo("nvidia.com/L40S-24Q");
    assertThat(annotation(vm.at("/spec/template"), "vgpu-steward.io/profile"))
        .isEqualTo("L40S-12Q");
  }

  @Test
  void devicesOfTheUser_stayAndTheirNamesAreNotTaken() {
    ObjectNode vm =
        cluster.create(
            set(
                guest("annotated.yaml"),
                "/domain/devices",
                "hostDevices",
                yaml("[{name: vgpu0, deviceName: example.com/fpga, tag: keep}]")));

    assertThat(spec(vm, "/domain/devices/hostDevices"))
        .isEqualTo(
            yaml(
                "[{name: vgpu0, deviceName: example.com/fpga, tag: keep},"
                    + " {name: vgpu1, deviceName: nvidia.com/L40S-24Q}]"));
  }

  @Test
  void listedDevices_areLeftAlone() {
    ObjectNode before = guest("listed-gpu.yaml");

    ObjectNode vm = cluster.create(before);

    assertThat(spec(vm, "/domain/devices/gpus")).isEqualTo(spec(before, "/domain/devices/gpus"));
    assertThat(spec(vm, "/domain/devices").has("hostDevices")).isFalse();
    assertThat(spec(vm, "/affinity").isObject()).as("placement is injected").isTrue();
    assertThat(vm.at("/spec/template/metadata").has("annotations")).isFalse();
  }

  @Test
  void listedDevices_countTowardsTheAnnotation() {
    ObjectNode listed = annotate(guest("listed-gpu.yaml"), "vgpu-steward.io/profile", "L40S-24Q");

    assertThat(spec(cluster.create(listed), "/domain/devices").has("hostDevices")).isFalse();
    assertThat(
            spec(
                    cluster.create(annotate(listed, "vgpu-steward.io/count", "3")),
                    "/domain/devices/hostDevices")
                .size())
        .isEqualTo(2);
  }

  @Test
  void draEntries_areLeftAloneWithAWarning() {
    ObjectNode vm =
        set(
            guest("annotated.yaml"),
            "/domain/devices",
            "gpus",
            yaml("[{name: dra, claimName: gpu, requestName: one}]"));

    assertThat(cluster.warnings(vm)).anyMatch(warning -> warning.contains("DRA"));
    assertThat(spec(cluster.create(vm), "/domain/devices/gpus"))
        .isEqualTo(spec(vm, "/domain/devices/gpus"));
  }

  @Test
  void draEntries_inTheListThatWouldTakeOurs_areRefusedAsKubeVirtWould() {
    ObjectNode vm =
        set(
            guest("annotated.yaml"),
            "/domain/devices",
            "gpus",
            yaml("[{name: dra, claimName: gpu, requestName: one}]"));

    assertThat(cluster.withoutHostDevicesGate().denied(vm).message())
        .startsWith("spec.template.spec.domain.devices.gpus: holds a device claimed by DRA");
  }

  @Test
  void draEntriesAlone_areNothingToUs() {
    ObjectNode vm =
        set(
            guest("plain.yaml"),
            "/domain/devices",
            "gpus",
            yaml("[{name: dra, claimName: gpu, requestName: one}]"));

    assertThat(cluster.unchanged(vm, Optional.empty()).warnings()).isEmpty();
  }

  @Test
  void passthroughGpu_isNoVgpu() {
    cluster.unchanged(guest("passthrough.yaml"), Optional.empty());
  }

  @Test
  void instancetypeWithTheResource_isARequestLikeAnyOther() {
    ObjectNode vm = guest("plain.yaml");
    ((ObjectNode) vm.path("spec"))
        .set("instancetype", yaml("{kind: VirtualMachineInstancetype, name: gpu.large}"));

    ObjectNode stored =
        cluster
            .instancetype(Fixture.NAMESPACE, "gpu.large", Fixture.gpus("nvidia.com/L40S-24Q"))
            .create(vm);

    assertThat(spec(stored, "/domain/devices").has("gpus")).isFalse();
    assertThat(spec(stored, "/affinity").isObject()).isTrue();
  }

  @Test
  void instancetype_countsByItsControllerRevision_notAsItIsToday() {
    ObjectNode vm = guest("plain.yaml");
    ((ObjectNode) vm.path("spec"))
        .set("instancetype", yaml("{name: gpu.large, revisionName: desktop-gpu.large-1}"));
    cluster
        .instancetype("", "gpu.large", Fixture.gpus("nvidia.com/L4-6Q"))
        .revision("desktop-gpu.large-1", Fixture.gpus("nvidia.com/L40S-24Q"));

    ObjectNode stored = cluster.create(vm);

    assertThat(annotation(stored, "vgpu-steward.io/injected"))
        .contains("\"affinity\":[\"L40S-24Q\"]");
  }

  @Test
  void instancetypeRevisionOfTheStatus_countsWhereTheSpecNamesNone() {
    ObjectNode vm = guest("plain.yaml");
    ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: gpu.large}"));
    vm.set(
        "status",
        yaml("{instancetypeRef: {name: gpu.large, controllerRevisionRef: {name: rev-1}}}"));

    ObjectNode stored =
        cluster.revision("rev-1", Fixture.hostDevices("nvidia.com/L40S-24Q")).create(vm);

    assertThat(spec(stored, "/affinity").isObject()).isTrue();
  }

  @Test
  void instancetypeThatDefinesHostDevices_makesUsTakeGpus() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: fpga}"));

    ObjectNode stored =
        cluster.instancetype("", "fpga", Fixture.hostDevices("example.com/fpga")).create(vm);

    assertThat(spec(stored, "/domain/devices/gpus/0/name").asText()).isEqualTo("vgpu0");
    assertThat(spec(stored, "/domain/devices").has("hostDevices")).isFalse();
  }

  @Test
  void instancetypeThatDefinesBothLists_isRefusedWithTheCure() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: full}"));
    cluster.instancetype(
        "",
        "full",
        new Instancetype(
            List.of("example.com/a"), List.of("example.com/b"), true, true, Optional.empty()));

    Decision.Denied denied = cluster.denied(vm);

    assertThat(denied.code()).isEqualTo(422);
    assertThat(denied.message())
        .startsWith("spec.instancetype: the instancetype defines gpus and hostDevices")
        .contains("use an instancetype without them");
  }

  @Test
  void instancetypeWithGpus_whereTheGateIsOff_isRefusedNamingTheGate() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: gpu}"));
    cluster.withoutHostDevicesGate().instancetype("", "gpu", Fixture.gpus("example.com/a"));

    assertThat(cluster.denied(vm).message()).contains("feature gate HostDevices is off");
  }

  @Test
  void mediatedDevices_getNoPlacement() {
    ObjectNode vm =
        cluster.create(
            set(
                guest("plain.yaml"),
                "/domain/devices",
                "gpus",
                yaml("[{name: old, deviceName: nvidia.com/T4-2Q}]")));

    assertThat(spec(vm, "").has("affinity")).isFalse();
    assertThat(annotation(vm, "vgpu-steward.io/injected")).contains("\"license\":\"vgpu\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"24Q", "L40S", "nvidia.com/L40S-24Q", "", "L40S-24X", "L40S-24Q,A10-4Q"})
  void profile_thatIsNone_isRefusedNamingTheField(String profile) {
    Decision.Denied denied =
        cluster.denied(annotate(guest("plain.yaml"), "vgpu-steward.io/profile", profile));

    assertThat(denied.code()).isEqualTo(422);
    assertThat(denied.message())
        .startsWith("metadata.annotations[vgpu-steward.io/profile]: ")
        .contains("L40S-24Q");
  }

  @Test
  void profile_withoutAPermittedResource_isRefusedWithWhatIsPermitted() {
    assertThat(
            cluster
                .denied(annotate(guest("plain.yaml"), "vgpu-steward.io/profile", "H100-20C"))
                .message())
        .contains("no entry of KubeVirt's permittedHostDevices.pciHostDevices is for H100-20C")
        .contains("resourceName nvidia.com/H100-20C")
        .contains("permitted here: L4-6Q, L40S-24Q");
  }

  @Test
  void profile_withATypingError_isRefusedWithWhatWasMeant() {
    for (String written : List.of("L4OS-24Q", "L40S 24Q")) {
      assertThat(
              cluster
                  .denied(annotate(guest("plain.yaml"), "vgpu-steward.io/profile", written))
                  .message())
          .contains("did you mean L40S-24Q? Permitted here: L4-6Q, L40S-24Q");
    }
  }

  @Test
  void profile_withoutKubeVirt_isRefused() {
    assertThat(cluster.withoutKubeVirt().denied(guest("annotated.yaml")).message())
        .contains("install KubeVirt first");
  }

  @ParameterizedTest
  @CsvSource({"0", "17", "-1", "two", "1.5", "''", "100000000000"})
  void count_outOfRange_isRefused(String count) {
    assertThat(
            cluster
                .denied(annotate(guest("annotated.yaml"), "vgpu-steward.io/count", count))
                .message())
        .startsWith("metadata.annotations[vgpu-steward.io/count]: ")
        .contains("from 1 to 16");
  }

  @Test
  void count_withoutAProfile_isRefused() {
    assertThat(
            cluster.denied(annotate(guest("plain.yaml"), "vgpu-steward.io/count", "2")).message())
        .contains("set vgpu-steward.io/profile as well");
  }

  @Test
  void malformedDevices_areRefusedOnlyWhereWeHaveToEditThem() {
    ObjectNode broken =
        set(guest("plain.yaml"), "/domain/devices", "hostDevices", yaml("not-a-list"));

    cluster.unchanged(broken, Optional.empty());
    Decision.Denied denied =
        cluster.denied(annotate(broken, "vgpu-steward.io/profile", "L40S-24Q"));
    assertThat(denied.code()).isEqualTo(400);
    assertThat(denied.message())
        .isEqualTo("spec.template.spec.domain.devices.hostDevices must be a list");
  }

  @Test
  void templateWithoutAnything_getsItsParents() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("spec")).set("template", yaml("{}"));

    ObjectNode stored = cluster.create(vm);

    assertThat(spec(stored, "/domain/devices/hostDevices").size()).isEqualTo(1);
  }

  @Test
  void unknownFields_survive() {
    ObjectNode vm = guest("annotated.yaml");
    set(vm, "/domain/devices", "fromTheFuture", yaml("{deep: [1, {a: b}]}"));

    assertThat(spec(cluster.create(vm), "/domain/devices/fromTheFuture"))
        .isEqualTo(yaml("{deep: [1, {a: b}]}"));
  }
}
