package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.annotation;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.unannotate;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.review.Decision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to guests that exist: clients, and guests older than we. */
class UpdateTest {
  private static final List<String> FILES =
      List.of(
          "annotated.yaml",
          "with-cloud-init.yaml",
          "listed-gpu.yaml",
          "user-secret.yaml",
          "vgpu-smoke.yaml");

  private static final String ADOPT = "vgpu-steward.io/adopt";

  private final Fixture cluster = new Fixture();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "annotated.yaml",
        "with-cloud-init.yaml",
        "listed-gpu.yaml",
        "user-secret.yaml",
        "vgpu-smoke.yaml"
      })
  void replaceWithTheUsersManifest_givesBackAllThatWasInjected(String file) {
    ObjectNode stored = cluster.create(file);

    assertThat(cluster.update(stored, guest(file))).isEqualTo(stored);
  }

  @Test
  void applyOfTheUsersManifest_whichKeepsOurAnnotations_changesNothing() {
    for (String file : FILES) {
      ObjectNode stored = cluster.create(file);
      ObjectNode applied = guest(file);
      ((ObjectNode) applied.path("metadata"))
          .set("annotations", stored.at("/metadata/annotations").deepCopy());

      assertThat(cluster.update(stored, applied)).as(file).isEqualTo(stored);
    }
  }

  @Test
  void devicesListedAnew_getTheirOwnBack_underTheSameName() {
    ObjectNode stored =
        cluster.create(
            set(
                guest("annotated.yaml"),
                "/domain/devices",
                "hostDevices",
                yaml("[{name: vgpu0, deviceName: example.com/fpga}]")));
    ObjectNode next = stored.deepCopy();
    set(
        next,
        "/domain/devices",
        "hostDevices",
        yaml("[{name: other, deviceName: example.com/nic}]"));

    assertThat(spec(cluster.update(stored, next), "/domain/devices/hostDevices"))
        .isEqualTo(
            yaml(
                "[{name: other, deviceName: example.com/nic},"
                    + " {name: vgpu1, deviceName: nvidia.com/L40S-24Q}]"));
  }

  @Test
  void deviceOfTheUsers_thatTakesTheNameOfOurs_keepsIt_andOursGetsAnother() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode next = stored.deepCopy();
    set(
        next,
        "/domain/devices",
        "hostDevices",
        yaml("[{name: vgpu0, deviceName: example.com/fpga}]"));

    ObjectNode updated = cluster.update(stored, next);

    assertThat(spec(updated, "/domain/devices/hostDevices"))
        .isEqualTo(
            yaml(
                "[{name: vgpu0, deviceName: example.com/fpga},"
                    + " {name: vgpu1, deviceName: nvidia.com/L40S-24Q}]"));
    ObjectNode released =
        cluster.update(updated, unannotate(updated.deepCopy(), "vgpu-steward.io/profile"));
    assertThat(spec(released, "/domain/devices/hostDevices"))
        .isEqualTo(yaml("[{name: vgpu0, deviceName: example.com/fpga}]"));
  }

  @Test
  void configDriveOfTheUsers_thatTakesTheNameOfTheAddedVolume_staysWhenTheRequestGoes() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode next = stored.deepCopy();
    set(next, "", "volumes", yaml("[{name: vgpu-license, cloudInitConfigDrive: {}}]"));

    ObjectNode updated = cluster.update(stored, next);

    ObjectNode released =
        cluster.update(updated, unannotate(updated.deepCopy(), "vgpu-steward.io/profile"));
    assertThat(spec(released, "/volumes"))
        .isEqualTo(yaml("[{name: vgpu-license, cloudInitConfigDrive: {}}]"));
  }

  @Test
  void vgpuOfTheUsers_inTheOtherList_isARequestOfItsOwn_whateverItsName() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode next = stored.deepCopy();
    set(next, "/domain/devices", "gpus", yaml("[{name: vgpu0, deviceName: nvidia.com/L4-6Q}]"));

    assertThat(spec(cluster.update(stored, next), "/affinity").findValuesAsText("key"))
        .contains("profile.vgpu-steward.io/L4-6Q");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metadata/labels",
        "/metadata/finalizers",
        "/metadata/annotations/restore",
        "/status",
        "/spec/runStrategy"
      })
  void updateOfAnythingElse_isNeverPatched(String pointer) {
    ObjectNode old = guest("listed-gpu.yaml");
    annotate(old, "other", "annotation");
    ObjectNode next = old.deepCopy();
    switch (pointer) {
      case "/metadata/labels" -> ((ObjectNode) next.path("metadata")).set("labels", yaml("{a: b}"));
      case "/metadata/finalizers" ->
          ((ObjectNode) next.path("metadata"))
              .set("finalizers", yaml("[snapshot.kubevirt.io/snapshot-source-protection]"));
      case "/metadata/annotations/restore" -> annotate(next, "restore", "x");
      case "/status" -> next.set("status", yaml("{snapshotInProgress: s}"));
      default -> ((ObjectNode) next.path("spec")).put("runStrategy", "Halted");
    }

    assertThat(cluster.unchanged(next, Optional.of(old)).warnings()).isEmpty();
  }

  @Test
  void guestOlderThanUs_isLeftAsItIs_withAWarningHowToHaveItManaged() {
    ObjectNode old = guest("listed-gpu.yaml");
    ObjectNode next = set(old.deepCopy(), "/domain", "cpu", yaml("{cores: 8}"));

    Decision.Admitted decision = cluster.unchanged(next, Optional.of(old));

    assertThat(decision.warnings())
        .singleElement()
        .asString()
        .contains("older than vgpu-steward")
        .contains("vgpu-steward adopt")
        .contains("vgpu-steward.io/license: \"true\"");
  }

  @Test
  void adoption_managesWhatNeedsNoNewDatasource_andTakesItsAnnotationOut() {
    ObjectNode old = guest("listed-gpu.yaml");

    ObjectNode managed = cluster.update(old, annotate(old.deepCopy(), ADOPT, "true"));

    assertThat(managed).isEqualTo(cluster.create("listed-gpu.yaml"));
    assertThat(managed.at("/metadata/annotations").has(ADOPT)).isFalse();
  }

  @Test
  void adoptionOfAGuestWithoutCloudInit_givesPlacement_andSaysHowToHaveTheLicence() {
    ObjectNode old = guest("vgpu-smoke.yaml");
    ((ObjectNode) spec(old, "")).remove("volumes");
    ((ObjectNode) spec(old, "/domain/devices")).remove("disks");

    Decision.Admitted decision =
        Fixture.admitted(cluster.decide(annotate(old.deepCopy(), ADOPT, "true"), Optional.of(old)));

    assertThat(spec(decision.object(), "/affinity").isObject()).isTrue();
    assertThat(spec(decision.object(), "").has("volumes")).isFalse();
    assertThat(decision.warnings())
        .singleElement()
        .asString()
        .contains("no cloud-init volume")
        .contains("vgpu-steward.io/license: \"true\"");
  }

  @Test
  void adoptionOfAManagedGuest_answersItsRequestAnew_underTodaysSettings() {
    ObjectNode stored = cluster.create("listed-gpu.yaml");

    ObjectNode adopted =
        cluster.extender("").update(stored, annotate(stored.deepCopy(), ADOPT, "true"));

    assertThat(adopted).isEqualTo(new Fixture().extender("").create("listed-gpu.yaml"));
  }

  @Test
  void adoptionOfAGuestWithoutAVgpu_changesNothing_andSaysSo() {
    ObjectNode old = guest("plain.yaml");

    Decision.Admitted decision =
        Fixture.admitted(cluster.decide(annotate(old.deepCopy(), ADOPT, "true"), Optional.of(old)));

    assertThat(decision.object().at("/spec")).isEqualTo(old.at("/spec"));
    assertThat(decision.object().at("/metadata/annotations").has(ADOPT)).isFalse();
    assertThat(decision.warnings())
        .containsExactly("there is nothing to adopt: it asks for no vGPU");
  }

  @Test
  void adoptionThatIsNotTrue_isDenied() {
    ObjectNode old = guest("listed-gpu.yaml");

    assertThat(cluster.denied(annotate(old.deepCopy(), ADOPT, "yes"), Optional.of(old)).message())
        .isEqualTo("metadata.annotations[vgpu-steward.io/adopt]: must be \"true\", or be left out");
  }

  @Test
  void guestOlderThanUs_isManagedOnceItsOwnerAsks() {
    ObjectNode old = guest("listed-gpu.yaml");

    ObjectNode managed =
        cluster.update(old, annotate(old.deepCopy(), "vgpu-steward.io/license", "true"));

    assertThat(spec(managed, "/affinity").isObject()).isTrue();
    assertThat(spec(managed, "/volumes/1/cloudInitNoCloud/secretRef").isObject()).isTrue();
  }

  @Test
  void guestOlderThanUs_thatGivesADeviceBack_isNotTouched() {
    ObjectNode old = guest("listed-gpu.yaml");
    set(
        old,
        "/domain/devices",
        "gpus",
        yaml(
            "[{name: a, deviceName: nvidia.com/L40S-24Q},"
                + " {name: b, deviceName: nvidia.com/L40S-24Q}]"));
    ObjectNode next = old.deepCopy();
    ((ArrayNode) spec(next, "/domain/devices/gpus")).remove(1);

    cluster.unchanged(next, Optional.of(old));
  }

  @Test
  void guestWithoutAGpu_thatGetsOne_isInjected() {
    ObjectNode old = guest("plain.yaml");
    ObjectNode next = old.deepCopy();
    set(next, "/domain/devices", "gpus", yaml("[{name: gpu1, deviceName: nvidia.com/L40S-24Q}]"));

    assertThat(spec(cluster.update(old, next), "/affinity").isObject()).isTrue();
  }

  @Test
  void removalOfTheAnnotation_restoresTheGuestAsItWas() {
    for (String file : FILES) {
      ObjectNode original = guest(file);
      if (original.at("/metadata/annotations/vgpu-steward.io~1profile").isMissingNode()) {
        continue;
      }
      ObjectNode stored = cluster.create(file);

      ObjectNode released =
          cluster.update(stored, unannotate(stored.deepCopy(), "vgpu-steward.io/profile"));

      ObjectNode expected = original.deepCopy();
      unannotate(expected, "vgpu-steward.io/profile");
      if (expected.at("/metadata/annotations").isEmpty()) {
        ((ObjectNode) expected.path("metadata")).remove("annotations");
      }
      assertThat(released).as(file).isEqualTo(expected);
    }
  }

  @Test
  void removalOfTheListedDevice_takesLicenceAndPlacementOut() {
    ObjectNode stored = cluster.create("listed-gpu.yaml");
    ObjectNode next = stored.deepCopy();
    ((ObjectNode) spec(next, "/domain/devices")).remove("gpus");

    ObjectNode released = cluster.update(stored, next);

    assertThat(spec(released, "").has("affinity")).isFalse();
    assertThat(spec(released, "/volumes")).isEqualTo(spec(guest("listed-gpu.yaml"), "/volumes"));
    assertThat(released.path("metadata").has("annotations")).isFalse();
  }

  @Test
  void changeOfTheProfile_replacesDeviceAndPlacement() {
    ObjectNode stored = cluster.create("with-cloud-init.yaml");

    ObjectNode changed =
        cluster.update(stored, annotate(stored.deepCopy(), "vgpu-steward.io/profile", "L4-6Q"));

    assertThat(spec(changed, "/domain/devices/hostDevices"))
        .isEqualTo(yaml("[{name: vgpu0, deviceName: nvidia.com/L4-6Q}]"));
    assertThat(spec(changed, "/affinity").findValuesAsText("key"))
        .containsExactly("profile.vgpu-steward.io/L4-6Q");
    assertThat(annotation(changed.at("/spec/template"), "vgpu-steward.io/profile"))
        .isEqualTo("L4-6Q");
    assertThat(spec(changed, "/volumes")).isEqualTo(spec(stored, "/volumes"));
  }

  @Test
  void fewerByCount_takesTheLastDeviceOut() {
    ObjectNode stored =
        cluster.create(annotate(guest("annotated.yaml"), "vgpu-steward.io/count", "3"));

    ObjectNode changed =
        cluster.update(stored, annotate(stored.deepCopy(), "vgpu-steward.io/count", "2"));

    assertThat(spec(changed, "/domain/devices/hostDevices").findValuesAsText("name"))
        .containsExactly("vgpu0", "vgpu1");
  }

  @Test
  void expandedInstancetype_isTheSameRequest() {
    ObjectNode vm = guest("plain.yaml");
    ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: gpu}"));
    ObjectNode stored =
        cluster.instancetype("", "gpu", Fixture.gpus("nvidia.com/L40S-24Q")).create(vm);
    ObjectNode expanded = stored.deepCopy();
    ((ObjectNode) expanded.path("spec")).remove("instancetype");
    set(
        expanded,
        "/domain/devices",
        "gpus",
        yaml("[{name: gpu1, deviceName: nvidia.com/L40S-24Q}]"));

    cluster.unchanged(expanded, Optional.of(stored));
  }

  @Test
  void deletion_isNotHeldUp() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode leaving = unannotate(stored.deepCopy(), "vgpu-steward.io/profile");
    ((ObjectNode) leaving.path("metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z");

    cluster.unchanged(leaving, Optional.of(stored));
  }

  @Test
  void updateThatLosesTheKeptData_getsItBack() {
    ObjectNode stored = cluster.create("with-cloud-init.yaml");

    assertThat(cluster.update(stored, unannotate(stored.deepCopy(), "vgpu-steward.io/user-data")))
        .isEqualTo(stored);
  }

  @Test
  void updateThatLosesTheEncodingAlone_getsItBack() {
    ObjectNode vm = guest("with-cloud-init.yaml");
    ((ObjectNode) spec(vm, "/volumes/1"))
        .set("cloudInitNoCloud", yaml("{userDataBase64: I2Nsb3VkLWNvbmZpZwo=}"));
    ObjectNode stored = cluster.create(vm);

    assertThat(
            cluster.update(
                stored, unannotate(stored.deepCopy(), "vgpu-steward.io/user-data-encoding")))
        .isEqualTo(stored);
  }

  @Test
  void ownersEditOfTheKeptData_stays() {
    ObjectNode stored = cluster.create("with-cloud-init.yaml");
    ObjectNode edited =
        annotate(stored.deepCopy(), "vgpu-steward.io/user-data", "#!/bin/sh\necho edited\n");

    cluster.unchanged(edited, Optional.of(stored));
    ObjectNode broken = annotate(stored.deepCopy(), "vgpu-steward.io/user-data", "*");
    annotate(broken, "vgpu-steward.io/user-data-encoding", "base64");
    assertThat(cluster.denied(broken, Optional.of(stored)).message())
        .startsWith("metadata.annotations[vgpu-steward.io/user-data]: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgpu-steward-user-data-other", "foreign"})
  void recordOfAnotherGuest_broughtByAnUpdate_doesNotBringItsSecret(String secret) {
    ObjectNode stored = cluster.create("with-cloud-init.yaml");
    String record = annotation(stored, "vgpu-steward.io/injected");
    ObjectNode copied =
        annotate(
            guest("with-cloud-init.yaml"),
            "vgpu-steward.io/injected",
            record.replace("vgpu-steward-user-data-desktop", secret));

    assertThat(cluster.update(stored, copied)).isEqualTo(stored);
    assertThat(cluster.update(guest("plain.yaml"), copied)).isEqualTo(stored);
  }

  @Test
  void recordSpoiltByAnUpdate_isReplacedByTheStoredOne() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode spoilt = annotate(stored.deepCopy(), "vgpu-steward.io/injected", "not json");

    assertThat(cluster.update(stored, spoilt)).isEqualTo(stored);
  }

  @Test
  void badAnnotationOnAnUpdate_isRefused_butAnUntouchedOldOneIsNot() {
    ObjectNode old = annotate(guest("plain.yaml"), "vgpu-steward.io/profile", "nonsense");
    ObjectNode edited = set(old.deepCopy(), "/domain", "cpu", yaml("{cores: 4}"));

    Decision.Admitted decision = cluster.unchanged(edited, Optional.of(old));

    assertThat(decision.warnings()).anyMatch(w -> w.contains("vgpu-steward.io/profile"));
    ObjectNode fresh = guest("plain.yaml");
    ObjectNode wrong = annotate(fresh.deepCopy(), "vgpu-steward.io/profile", "nonsense");
    assertThat(cluster.denied(wrong, Optional.of(fresh)).code()).isEqualTo(422);
  }
}
