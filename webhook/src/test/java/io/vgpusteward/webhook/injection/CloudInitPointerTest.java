package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.annotation;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.unannotate;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.guest.LicenseKind;
import io.vgpusteward.webhook.review.Decision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudInitPointerTest {
  private static final String OWN = "vgpu-steward-user-data-desktop";
  private static final String DATA = "vgpu-steward.io/user-data";
  private static final String DATA_SECRET = "vgpu-steward.io/user-data-secret";
  private static final String SOURCE = "/volumes/1/cloudInitNoCloud";

  private final Fixture cluster = new Fixture();

  @Test
  void inlineText_isKeptAndReplacedByThePointer_networkDataStays() {
    ObjectNode vm = cluster.create("with-cloud-init.yaml");

    assertThat(spec(vm, SOURCE))
        .isEqualTo(yaml("{secretRef: {name: " + OWN + "}, networkData: 'version: 2'}"));
    assertThat(annotation(vm, DATA)).isEqualTo("#cloud-config\npackages: [dkms]\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"I2Nsb3VkLWNvbmZpZwo=", "IyEvYmluL3NoCmVjaG8g/w==", "I2Nsb3VkLW\nNvbmZpZwo="})
  void inlineBase64_isKeptAsItIs_markedAsBase64(String base64) {
    ObjectNode stored = cluster.create(inline("userDataBase64", base64));

    assertThat(annotation(stored, DATA)).isEqualTo(base64);
    assertThat(annotation(stored, DATA + "-encoding")).isEqualTo("base64");
    assertThat(spec(release(stored), SOURCE))
        .isEqualTo(spec(inline("userDataBase64", base64), SOURCE));
  }

  @Test
  void textAfterBase64_dropsTheMark() {
    ObjectNode stored = cluster.create(inline("userDataBase64", "I2Nsb3VkLWNvbmZpZwo="));
    ObjectNode edited = stored.deepCopy();
    ((ObjectNode) spec(edited, SOURCE)).put("userData", "#cloud-config\n");

    ObjectNode updated = cluster.update(stored, edited);

    assertThat(annotation(updated, DATA)).isEqualTo("#cloud-config\n");
    assertThat(updated.at("/metadata/annotations").has(DATA + "-encoding")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"userData, #cloud-config", "userDataBase64, I2Nsb3VkLWNvbmZpZwo="})
  void patches_moveUserData_andNeverRepeatIt(String member, String value) {
    ObjectNode vm = inline(member, value);
    ObjectNode stored = cluster.create(vm);
    ObjectNode applied = stored.deepCopy();
    ((ObjectNode) spec(applied, SOURCE)).put("userData", "#cloud-config changed");
    ObjectNode updated = cluster.update(stored, applied);

    assertThat(AdmissionResponse.patch(vm, stored).toString())
        .contains("\"op\":\"move\"")
        .doesNotContain(value);
    assertThat(AdmissionResponse.patch(applied, updated).toString())
        .doesNotContain(value)
        .doesNotContain("changed");
    assertThat(AdmissionResponse.patch(updated, release(updated)).toString())
        .doesNotContain("changed");
  }

  @Test
  void inlineBase64_thatIsNone_isRefusedNamingTheField() {
    assertThat(cluster.denied(inline("userDataBase64", "I2Ns*b3Vk")).message())
        .startsWith("spec.template.spec.volumes[1].cloudInitNoCloud.userDataBase64: is not base64");
  }

  @Test
  void usersSecret_isNotedByName() {
    ObjectNode vm = cluster.create("user-secret.yaml");

    assertThat(spec(vm, SOURCE + "/secretRef/name").asText()).isEqualTo(OWN);
    assertThat(annotation(vm, DATA_SECRET)).isEqualTo("my-user-data");
    assertThat(spec(release(vm), SOURCE)).isEqualTo(spec(guest("user-secret.yaml"), SOURCE));
  }

  @Test
  void noCloudInit_onCreate_addsAVolumeAndADisk() {
    ObjectNode vm = cluster.create("annotated.yaml");

    assertThat(spec(vm, "/volumes/1"))
        .isEqualTo(
            yaml("{name: vgpu-license, cloudInitNoCloud: {secretRef: {name: " + OWN + "}}}"));
    assertThat(spec(vm, "/domain/devices/disks/1"))
        .isEqualTo(yaml("{name: vgpu-license, disk: {bus: virtio}}"));
    assertThat(release(vm)).isEqualTo(guest("plain.yaml"));
  }

  @Test
  void noCloudInit_whereDisksAreLeftToKubeVirt_addsNoDisk_thatWouldComeFirst() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) spec(vm, "/domain/devices")).remove("disks");

    ObjectNode stored = cluster.create(vm);

    assertThat(spec(stored, "/volumes/1/name").asText()).isEqualTo("vgpu-license");
    assertThat(spec(stored, "/domain/devices").has("disks")).isFalse();
    assertThat(spec(release(stored), "/volumes")).isEqualTo(spec(vm, "/volumes"));
  }

  @Test
  void noCloudInit_whereTheNameIsTaken_takesAnother() {
    ObjectNode vm = guest("annotated.yaml");
    set(vm, "", "volumes", yaml("[{name: vgpu-license, emptyDisk: {capacity: 1Gi}}]"));

    assertThat(spec(cluster.create(vm), "/volumes/1/name").asText()).isEqualTo("vgpu-license-1");
  }

  @Test
  void noCloudInit_onUpdate_addsNothing_unlessTheOwnerAcceptsIt() {
    ObjectNode existing = guest("plain.yaml");
    ObjectNode asked = annotate(existing.deepCopy(), "vgpu-steward.io/profile", "L40S-24Q");

    Decision.Admitted decision = Fixture.admitted(cluster.decide(asked, Optional.of(existing)));

    assertThat(spec(decision.object(), "/volumes").size()).isEqualTo(1);
    assertThat(decision.warnings()).anyMatch(w -> w.contains("vgpu-steward.io/license"));
    ObjectNode accepted = annotate(decision.object().deepCopy(), "vgpu-steward.io/license", "true");
    assertThat(spec(cluster.update(decision.object(), accepted), "/volumes").size()).isEqualTo(2);
  }

  @Test
  void emptyVolume_isPointedAtTheSecret() {
    ObjectNode vm = guest("with-cloud-init.yaml");
    ((ObjectNode) spec(vm, "/volumes/1")).set("cloudInitNoCloud", yaml("{networkData: x}"));

    ObjectNode stored = cluster.create(vm);

    assertThat(spec(stored, SOURCE + "/secretRef/name").asText()).isEqualTo(OWN);
    assertThat(stored.at("/metadata/annotations").has(DATA)).isFalse();
    assertThat(spec(release(stored), SOURCE)).isEqualTo(yaml("{networkData: x}"));
  }

  @Test
  void configDrive_isPointedAtTheSecret_withAWarning() {
    ObjectNode vm = guest("with-cloud-init.yaml");
    ObjectNode volume = (ObjectNode) spec(vm, "/volumes/1");
    volume.set("cloudInitConfigDrive", volume.remove("cloudInitNoCloud"));

    assertThat(cluster.warnings(vm)).anyMatch(w -> w.contains("trusts its cache"));
    assertThat(spec(cluster.create(vm), "/volumes/1/cloudInitConfigDrive/secretRef/name").asText())
        .isEqualTo(OWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ignition\": {\"version\": \"3.4.0\"}}",
        "version: v1alpha1\nmachine:\n  type: worker\n",
        "#ps1_sysnative\nGet-Date\n",
        "hello"
      })
  void unknownFormats_areLeftAlone_withAWarning_andTheDevicesComeAllTheSame(String data) {
    ObjectNode vm = inline("userData", data);

    ObjectNode stored = cluster.create(vm);

    assertThat(spec(stored, SOURCE)).isEqualTo(spec(vm, SOURCE));
    assertThat(annotation(stored, "vgpu-steward.io/injected")).doesNotContain("license");
    assertThat(spec(stored, "/domain/devices/hostDevices").size()).isEqualTo(1);
    assertThat(cluster.warnings(vm))
        .anyMatch(w -> w.startsWith("no licence: the user data in spec.template.spec.volumes[1]"))
        .noneMatch(w -> w.contains("v1alpha1") || w.contains("Get-Date"));
  }

  @Test
  void windows_isLeftAlone_bySysprepHypervPreferenceOrAnnotation() {
    ObjectNode sysprep = guest("annotated.yaml");
    set(sysprep, "", "volumes", yaml("[{name: s, sysprep: {secret: {name: x}}}]"));
    ObjectNode hyperv = guest("annotated.yaml");
    set(hyperv, "/domain", "features", yaml("{hyperv: {relaxed: {}}}"));
    ObjectNode preference = guest("annotated.yaml");
    ((ObjectNode) preference.path("spec")).set("preference", yaml("{name: corporate-desktop}"));
    cluster.windowsPreference("corporate-desktop");
    ObjectNode byName = guest("annotated.yaml");
    ((ObjectNode) byName.path("spec")).set("preference", yaml("{name: windows.11.virtio}"));
    ObjectNode annotated = guest("annotated.yaml");
    ((ObjectNode) annotated.at("/spec/template"))
        .set("metadata", yaml("{annotations: {vm.kubevirt.io/os: windows10}}"));

    ObjectNode passthrough = guest("annotated.yaml");
    set(passthrough, "/domain", "features", yaml("{hypervPassthrough: {enabled: true}}"));

    for (ObjectNode vm : List.of(sysprep, hyperv, passthrough, preference, byName, annotated)) {
      assertThat(spec(cluster.create(vm), "/volumes")).isEqualTo(spec(vm, "/volumes"));
      assertThat(cluster.warnings(vm)).anyMatch(w -> w.contains("Windows"));
    }
  }

  @Test
  void ignitionByAnnotation_isLeftAlone_withAWarning() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.at("/spec/template"))
        .set("metadata", yaml("{annotations: {kubevirt.io/ignitiondata: '{}'}}"));

    assertThat(spec(cluster.create(vm), "/volumes")).isEqualTo(spec(vm, "/volumes"));
    assertThat(cluster.warnings(vm)).anyMatch(w -> w.contains("Ignition"));
  }

  @Test
  void userDataOver64KiB_isRefusedWithTheCure() {
    ObjectNode vm = inline("userData", "#!/bin/sh\n" + "x".repeat(64 * 1024));

    assertThat(cluster.denied(vm).message())
        .contains("put it into a Secret and name it in secretRef");
  }

  @Test
  void twoSourcesOfTheUsers_areRefused() {
    ObjectNode vm = guest("user-secret.yaml");
    ((ObjectNode) spec(vm, SOURCE)).put("userData", "#cloud-config\n");

    assertThat(cluster.denied(vm).message()).contains("both inline user data and a secretRef");
    ObjectNode both = inline("userDataBase64", "I2Nsb3VkLWNvbmZpZwo=");
    ((ObjectNode) spec(both, SOURCE)).put("userData", "#cloud-config\n");
    assertThat(cluster.denied(both).message()).contains("both userData and userDataBase64");
  }

  @Test
  void twoSourcesOfTheUsers_areRefused_alsoWhenTheRequestIsWithdrawn() {
    ObjectNode stored = cluster.create("user-secret.yaml");
    ObjectNode next = unannotate(guest("user-secret.yaml"), "vgpu-steward.io/profile");
    ((ObjectNode) spec(next, SOURCE)).put("userData", "#cloud-config\n");

    assertThat(cluster.denied(next, Optional.of(stored)).message())
        .contains("both inline user data and a secretRef");
  }

  @Test
  void userDataPatchedInBesideThePointer_replacesWhatWasKept() {
    ObjectNode stored = cluster.create("with-cloud-init.yaml");
    ObjectNode patched = stored.deepCopy();
    ((ObjectNode) spec(patched, SOURCE)).put("userData", "#!/bin/sh\necho new\n");

    ObjectNode updated = cluster.update(stored, patched);

    assertThat(annotation(updated, DATA)).isEqualTo("#!/bin/sh\necho new\n");
    assertThat(spec(updated, SOURCE)).isEqualTo(spec(stored, SOURCE));
  }

  @Test
  void userDataPutIntoTheVolumeThatWasAdded_isTheUsersFromThenOn() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode edited = stored.deepCopy();
    ((ObjectNode) spec(edited, SOURCE)).put("userData", "#!/bin/sh\necho mine\n");

    ObjectNode updated = cluster.update(stored, edited);

    assertThat(annotation(updated, DATA)).isEqualTo("#!/bin/sh\necho mine\n");
    assertThat(spec(release(updated), SOURCE))
        .isEqualTo(yaml("{userData: \"#!/bin/sh\\necho mine\\n\"}"));
  }

  @Test
  void networkDataPutIntoTheVolumeThatWasAdded_outlivesTheRequest() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode edited = stored.deepCopy();
    ((ObjectNode) spec(edited, SOURCE)).put("networkData", "version: 2");

    ObjectNode updated = cluster.update(stored, edited);

    assertThat(spec(updated, "")).isEqualTo(spec(edited, ""));
    assertThat(spec(release(updated), SOURCE)).isEqualTo(yaml("{networkData: 'version: 2'}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void volumeOfTheUsers_addedLater_takesThePlaceOfOurs(int index) {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode edited = stored.deepCopy();
    ((ArrayNode) spec(edited, "/volumes"))
        .insert(index, yaml("{name: mine, cloudInitNoCloud: {userData: '#cloud-config'}}"));

    ObjectNode updated = cluster.update(stored, edited);

    assertThat(spec(updated, "/volumes").findValuesAsText("name"))
        .contains("mine")
        .doesNotContain("vgpu-license");
    assertThat(annotation(updated, DATA)).isEqualTo("#cloud-config");
  }

  @Test
  void volumeOfTheUsers_thatTakesTheNameOfOurs_isKept_andOursGetsAnother() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode applied = guest("annotated.yaml");
    JsonNode volumes = yaml("[{name: vgpu-license, persistentVolumeClaim: {claimName: mine}}]");
    JsonNode disks = yaml("[{name: vgpu-license, disk: {bus: sata}}]");
    set(applied, "", "volumes", volumes);
    set(applied, "/domain/devices", "disks", disks);

    ObjectNode updated = cluster.update(stored, applied);

    assertThat(spec(updated, "/volumes/0")).isEqualTo(volumes.get(0));
    assertThat(spec(updated, "/volumes/1"))
        .isEqualTo(
            yaml("{name: vgpu-license-1, cloudInitNoCloud: {secretRef: {name: " + OWN + "}}}"));
    ObjectNode released = release(updated);
    assertThat(spec(released, "/volumes")).isEqualTo(volumes);
    assertThat(spec(released, "/domain/devices/disks")).isEqualTo(disks);
  }

  @Test
  void release_ofUserDataThatKubeVirtWouldRefuseInline_keepsItInTheSecret() {
    String big = "#!/bin/sh\n" + "# padding\n".repeat(300);
    ObjectNode stored = cluster.create(inline("userData", big));

    ObjectNode released = release(stored);

    assertThat(spec(released, SOURCE + "/secretRef/name").asText()).isEqualTo(OWN);
    assertThat(annotation(released, DATA)).isEqualTo(big);
    assertThat(Injected.parse(annotation(released, "vgpu-steward.io/injected")).license())
        .isEmpty();
    ObjectNode applied = inline("userData", big);
    unannotate(applied, "vgpu-steward.io/profile");
    ((ObjectNode) applied.path("metadata"))
        .set("annotations", released.at("/metadata/annotations").deepCopy());
    assertThat(cluster.update(released, applied)).as("applied once more").isEqualTo(released);
  }

  @Test
  void licenceAnnotation_givesTheLicenceAlone() {
    ObjectNode vm = annotate(guest("passthrough.yaml"), "vgpu-steward.io/license", "true");

    ObjectNode stored = cluster.create(vm);

    assertThat(spec(stored, SOURCE + "/secretRef/name").asText())
        .isEqualTo("vgpu-steward-user-data-vm-instance-gpu");
    assertThat(annotation(stored, DATA_SECRET)).isEqualTo("vm-instance-gpu-cloud-init");
    assertThat(spec(stored, "").has("affinity")).isFalse();
    assertThat(spec(stored, "/domain/devices")).isEqualTo(spec(vm, "/domain/devices"));
    assertThat(Injected.parse(annotation(stored, "vgpu-steward.io/injected")).license())
        .contains(LicenseKind.WORKSTATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "yes", "TRUE", ""})
  void licenceAnnotation_withAnotherValue_isRefused(String value) {
    assertThat(
            cluster
                .denied(annotate(guest("plain.yaml"), "vgpu-steward.io/license", value))
                .message())
        .startsWith("metadata.annotations[vgpu-steward.io/license]: the only value is \"true\"");
  }

  @Test
  void seedsVgpuSmoke_comesOutValid_itsUserDataKeptWhole() {
    ObjectNode smoke = guest("vgpu-smoke.yaml");
    String data = spec(smoke, SOURCE + "/userData").asText();
    assertThat(data.length()).as("over KubeVirt's limit").isGreaterThan(2048);

    ObjectNode stored = cluster.create(smoke);

    assertThat(spec(stored, SOURCE))
        .isEqualTo(yaml("{secretRef: {name: vgpu-steward-user-data-vgpu-smoke}}"));
    assertThat(annotation(stored, DATA)).isEqualTo(data);
    assertThat(spec(stored, "/domain/devices/hostDevices"))
        .isEqualTo(spec(smoke, "/domain/devices/hostDevices"));
  }

  private ObjectNode inline(String member, String value) {
    ObjectNode vm = guest("with-cloud-init.yaml");
    ObjectNode source = (ObjectNode) spec(vm, SOURCE);
    source.removeAll();
    source.put(member, value);
    return vm;
  }

  private ObjectNode release(ObjectNode stored) {
    ObjectNode next = stored.deepCopy();
    ObjectNode annotations = (ObjectNode) next.at("/metadata/annotations");
    annotations.remove(List.of("vgpu-steward.io/profile", "vgpu-steward.io/license"));
    return cluster.update(stored, next);
  }
}
