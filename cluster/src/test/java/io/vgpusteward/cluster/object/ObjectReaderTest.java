package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretObject.Owner;
import io.vgpusteward.cluster.Traces;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectReaderTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void kubeVirt_withAllLists() throws Exception {
    KubeVirt kubeVirt = ObjectReader.kubeVirt(object("kubevirt-with-all-lists"), problems::add);
    assertThat(kubeVirt.namespace()).isEqualTo("cozy-kubevirt");
    assertThat(kubeVirt.featureGates())
        .containsOnly("HostDevices", "Snapshot", "VGPULiveMigration");
    assertThat(kubeVirt.version()).contains("v1.9.0");
    assertThat(kubeVirt.uid()).isEqualTo("8d5e6a1c-0000-4000-8000-000000000003");
    assertThat(kubeVirt.annotations())
        .containsOnly(Map.entry("vgpu-steward.io/allow-removal", "nvidia.com/A10-12Q"));
    assertThat(kubeVirt.permitted().entries())
        .containsExactly(
            device(Kind.PCI, "10DE:2236", "nvidia.com/GA102GL_A10", true),
            device(Kind.PCI, "10DE:26B9", "nvidia.com/L40S-24Q", false),
            device(Kind.MEDIATED, "NVIDIA A10-12Q", "nvidia.com/A10-12Q", false),
            device(Kind.USB, "0627:0001", "kubevirt.io/token", false));
    assertThat(problems).isEmpty();
  }

  @Test
  void kubeVirt_withoutConfiguration_hasNoList() throws Exception {
    KubeVirt kubeVirt =
        ObjectReader.kubeVirt(object("kubevirt-without-configuration"), problems::add);
    assertThat(kubeVirt.permitted()).isEqualTo(PermittedDevices.none());
    assertThat(kubeVirt.allowsHostDevices()).isFalse();
    assertThat(kubeVirt.version()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void kubeVirt_malformed_keepsWhatCanBeRead() throws Exception {
    KubeVirt kubeVirt = ObjectReader.kubeVirt(object("kubevirt-malformed"), problems::add);
    assertThat(kubeVirt.permitted().entries())
        .containsExactly(
            device(Kind.PCI, "10DE:2236", "", false),
            device(Kind.PCI, "", "nvidia.com/L40S-24Q", false),
            device(Kind.PCI, "", "", false),
            device(Kind.USB, "0627:,:", "kubevirt.io/token", false));
    assertThat(problems)
        .contains(
            "spec.configuration.developerConfiguration.featureGates is not a list",
            "spec.configuration.permittedHostDevices.pciHostDevices[0] has no resourceName",
            "spec.configuration.permittedHostDevices.pciHostDevices[1].pciVendorSelector is not a"
                + " string",
            "spec.configuration.permittedHostDevices.pciHostDevices[1].externalResourceProvider is"
                + " not a boolean",
            "spec.configuration.permittedHostDevices.pciHostDevices[2] is not a mapping",
            "spec.configuration.permittedHostDevices.mediatedDevices is not a list");
  }

  @Test
  void virtualMachine_withInlineUserData_hasNoSecret() throws Exception {
    Guest guest = ObjectReader.virtualMachine(object("vm-vgpu-smoke"), problems::add);
    assertThat(guest)
        .isEqualTo(
            new Guest(
                new GuestKey(GuestKey.Kind.VirtualMachine, "tenant-example", "vgpu-smoke"),
                "6b1e7f4c-5f0e-4b0a-9d0c-0a3f6f1f2c11",
                Optional.empty(),
                false,
                false,
                false,
                Map.of(),
                Optional.empty(),
                false,
                guest.devices(),
                Traces.NONE,
                false,
                false,
                false));
    assertThat(guest.devices().listed()).hasSize(1);
    assertThat(problems).isEmpty();
  }

  @Test
  void virtualMachine_injected_showsWhatTheLicenceControllerNeeds() throws Exception {
    Guest guest = ObjectReader.virtualMachine(object("vm-injected"), problems::add);
    assertThat(guest.owner()).contains("VirtualMachinePool/pool");
    assertThat(guest.generateName()).isTrue();
    assertThat(guest.deleting()).isTrue();
    assertThat(guest.annotations())
        .containsOnly(
            Map.entry("vgpu-steward.io/profile", "L40S-24Q"),
            Map.entry("vgpu-steward.io/user-data", "#cloud-config\n"),
            Map.entry("vgpu-steward.io/count", ""));
    assertThat(guest.userDataSecret()).contains("vgpu-steward-user-data-injected");
    assertThat(guest.configDrive()).isTrue();
    assertThat(guest.toString()).doesNotContain("cloud-config");
  }

  @Test
  void virtualMachine_malformed_isReadAsFarAsItGoes() throws Exception {
    Guest guest = ObjectReader.virtualMachine(object("vm-malformed"), problems::add);
    assertThat(guest.annotations()).containsOnlyKeys("vgpu-steward.io/profile");
    assertThat(guest.userDataSecret()).isEmpty();
    assertThat(problems)
        .contains(
            "metadata.annotations.vgpu-steward.io/count is not a string",
            "metadata.ownerReferences is not a list",
            "spec.template.spec.volumes[0] is not a mapping",
            "spec.template.spec.volumes[1].cloudInitNoCloud is not a mapping",
            "spec.template.spec.volumes[2].cloudInitNoCloud.secretRef is not a mapping");
  }

  @Test
  void virtualMachine_withoutTemplate_isAGuestAllTheSame() throws Exception {
    Guest guest = ObjectReader.virtualMachine(object("vm-without-template"), problems::add);
    assertThat(guest.key().name()).isEqualTo("bare");
    assertThat(problems).isEmpty();
  }

  @Test
  void instance_runningAndFinished() throws Exception {
    Guest running = ObjectReader.virtualMachineInstance(object("vmi-running"), problems::add);
    assertThat(running.key().kind()).isEqualTo(GuestKey.Kind.VirtualMachineInstance);
    assertThat(running.owner()).contains("VirtualMachine/vgpu-smoke");
    assertThat(running.userDataSecret()).contains("vgpu-steward-user-data-vgpu-smoke");
    assertThat(running.configDrive()).isFalse();
    assertThat(running.finished()).isFalse();
    Guest finished = ObjectReader.virtualMachineInstance(object("vmi-finished"), problems::add);
    assertThat(finished.finished()).isTrue();
    assertThat(finished.owner()).contains("VirtualMachineInstanceReplicaSet/batch");
  }

  @Test
  void instancetype_withGpus() throws Exception {
    assertThat(ObjectReader.instancetype(object("instancetype-with-gpus"), problems::add))
        .isEqualTo(
            new Instancetype(
                List.of("nvidia.com/L40S-24Q", "nvidia.com/L40S-24Q"),
                List.of(),
                true,
                false,
                Optional.of("my-scheduler")));
  }

  @Test
  void instancetype_withDraEntries_definesDevicesWithoutNames() throws Exception {
    assertThat(ObjectReader.instancetype(object("cluster-instancetype-with-dra"), problems::add))
        .isEqualTo(new Instancetype(List.of(), List.of(), false, true, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "preference-windows-by-name, true",
    "preference-windows-by-label, true",
    "preference-windows-by-annotation, true",
    "preference-windows-by-vmi-annotation, true",
    "preference-windows-by-hyperv, true",
    "preference-linux, false",
  })
  void preference_isForWindows(String file, boolean expected) throws Exception {
    assertThat(ObjectReader.isForWindows(object(file), problems::add)).isEqualTo(expected);
    assertThat(problems).isEmpty();
  }

  @Test
  void revision_holdsACopy() throws Exception {
    assertThat(ObjectReader.revision(object("revision-of-instancetype"), problems::add))
        .contains(
            new Revision.OfInstancetype(
                new Instancetype(
                    List.of(), List.of("nvidia.com/A10-12Q"), false, true, Optional.empty())));
    assertThat(ObjectReader.revision(object("revision-of-preference"), problems::add))
        .contains(new Revision.OfPreference(true));
    assertThat(ObjectReader.revision(object("revision-of-a-statefulset"), problems::add)).isEmpty();
  }

  @Test
  void namespace_hasLabels() throws Exception {
    assertThat(ObjectReader.labels(object("namespace"), problems::add))
        .containsOnly(Map.entry("vgpu-steward.io/inject", "false"));
    assertThat(problems).containsExactly("metadata.labels.broken is not a string");
  }

  @Test
  void secret_isDecodedAndStringDataWins() throws Exception {
    SecretObject secret = SecretReader.read(object("secret-license"), problems::add);
    assertThat(secret.resourceVersion()).isEqualTo("77");
    assertThat(secret.owners()).containsExactly(new Owner("v1", "ConfigMap", "source", "8"));
    assertThat(text(secret))
        .containsOnly(
            Map.entry("client_configuration_token.tok", "header"),
            Map.entry("gridd.conf", "FeatureType=2"));
    assertThat(problems).containsExactly("data.broken is not base64");
    assertThat(secret.toString())
        .isEqualTo(
            "Secret tenant-example/vgpu-license [client_configuration_token.tok, gridd.conf]");
  }

  @Test
  void secret_edited_keepsTypeAndTheOwnersFlags() throws Exception {
    ObjectNode object = object("secret-license");
    object.put("immutable", false);
    SecretObject secret = SecretReader.read(object, problem -> {});
    Owner other = new Owner("kubevirt.io/v1", "VirtualMachine", "vm", "5");
    SecretReader.edit(
        object,
        new SecretObject(
            secret.namespace(),
            secret.name(),
            secret.uid(),
            secret.resourceVersion(),
            Map.of("a", "b"),
            List.of(secret.owners().getFirst(), other),
            Map.of("userdata", new byte[] {1, 2})));
    assertThat(object.path("type").asText()).isEqualTo("Opaque");
    assertThat(object.has("immutable")).isTrue();
    assertThat(object.has("stringData")).isFalse();
    assertThat(object.path("data").toString()).isEqualTo("{\"userdata\":\"AQI=\"}");
    assertThat(object.at("/metadata/labels").toString()).isEqualTo("{\"a\":\"b\"}");
    assertThat(object.at("/metadata/ownerReferences/0/controller").asBoolean()).isTrue();
    assertThat(object.at("/metadata/ownerReferences/1").toString())
        .isEqualTo(
            "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"VirtualMachine\",\"name\":\"vm\","
                + "\"uid\":\"5\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "5",
        "null",
        "{metadata: 5, spec: x, status: [], data: 3}",
        "{metadata: {name: 5, namespace: [], labels: x, annotations: 1}, spec: {template: 4}}",
        "{spec: {configuration: [], volumes: {}, gpus: {}, template: {spec: {volumes: [[[]]]}}}}",
        "{spec: {features: {preferredHyperv: 5}}, data: {kind: 5, apiVersion: [], spec: 5}}",
      })
  void nonsense_neverThrows(String yaml) {
    JsonNode object = Samples.yaml("x: " + yaml).path("x");
    assertThat(ObjectReader.kubeVirt(object, problems::add)).isNotNull();
    assertThat(ObjectReader.virtualMachine(object, problems::add)).isNotNull();
    assertThat(ObjectReader.virtualMachineInstance(object, problems::add)).isNotNull();
    assertThat(ObjectReader.instancetype(object, problems::add)).isNotNull();
    assertThat(ObjectReader.replicaSet(object, problems::add)).isNotNull();
    assertThat(ObjectReader.pool(object, problems::add)).isNotNull();
    assertThat(ObjectReader.launcherPod(object, problems::add)).isEmpty();
    assertThat(ObjectReader.heartbeat(object, problems::add)).isEmpty();
    assertThat(ObjectReader.node(object, problems::add)).isNotNull();
    assertThat(ObjectReader.isForWindows(object, problems::add)).isFalse();
    assertThat(ObjectReader.revision(object, problems::add)).isEmpty();
    assertThat(ObjectReader.labels(object, problems::add)).isEmpty();
    assertThat(SecretReader.read(object, problems::add).data()).isEmpty();
    assertThat(ObjectKind.of(object)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"a, true", "a-b.c0, true", "a.-b, false", "../x, false", "A, false", "a/b, false"})
  void names_areTheApiServers(String name, boolean valid) {
    assertThat(Names.isName(name)).isEqualTo(valid);
  }

  private static PermittedDevice device(Kind kind, String selector, String name, boolean external) {
    return new PermittedDevice(kind, selector, new ResourceName(name), external);
  }

  private static Map<String, String> text(SecretObject secret) {
    Map<String, String> text = new java.util.TreeMap<>();
    secret.data().forEach((key, value) -> text.put(key, new String(value, StandardCharsets.UTF_8)));
    return text;
  }

  private static ObjectNode object(String file) throws Exception {
    return Samples.named(file);
  }
}
