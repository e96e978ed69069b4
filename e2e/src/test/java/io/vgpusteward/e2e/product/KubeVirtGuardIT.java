package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody takes a device from the permitted list that a machine uses, in whatever way. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubeVirtGuardIT {
  private static final String TRUSTED = "system:serviceaccount:flux-system:helm-controller";
  private static final String L40S = "nvidia.com/L40S-24Q";
  private static final String LOST =
      "spec.configuration.permittedHostDevices.pciHostDevices[1]: nvidia.com/L40S-24Q is lost";
  private static final String WITHOUT_L40S =
      "{\"permittedHostDevices\":{\"pciHostDevices\":["
          + "{\"pciVendorSelector\":\"10DE:2236\",\"resourceName\":\"nvidia.com/A10-12Q\"},"
          + "{\"pciVendorSelector\":\"10DE:26B9\",\"resourceName\":\"nvidia.com/AD102GL_L40S\","
          + "\"externalResourceProvider\":true}]}}";
  private static final String WITHOUT_A10 =
      "[{\"op\":\"remove\",\"path\":\"/spec/configuration/permittedHostDevices/pciHostDevices/0\"}]";

  private final Rig rig;
  private final Kubectl kubectl;
  private final GuardedKubeVirt kubeVirt;
  private final Product product;
  private final String namespace;

  KubeVirtGuardIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
    this.kubeVirt = new GuardedKubeVirt(rig);
    this.product = Product.install(rig, "--guard-trusted=" + TRUSTED);
    this.namespace = rig.newNamespace();
    kubectl.apply(Manifest.LICENSE);
    kubeVirt.reset();
    kubectl.apply(Manifest.of("vms-with-host-devices.yaml"), "-n", namespace);
    awaitGuard("/vgpu", "/whole", "/mediated", "/stick");
  }

  private void awaitGuard(String... users) {
    Wait.untilAsserted(
        "the guard knows the machines",
        () ->
            assertThat(
                    kubeVirt
                        .mergePatch("{\"permittedHostDevices\":null}", "--dry-run=server")
                        .err())
                .contains("the whole list is lost")
                .satisfies(text -> assertThat(users).allMatch(text::contains)));
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void reset() {
    kubeVirt.reset();
  }

  @Test
  void mergePatchOfTheList_isRefused_withUserLineAndAnnotation() {
    assertThatItIsRefused(
        () -> kubeVirt.mergePatch(WITHOUT_L40S),
        LOST,
        "used by 1: VirtualMachine " + namespace + "/vgpu",
        "- {\"pciVendorSelector\":\"10DE:26B9\",\"resourceName\":\"nvidia.com/L40S-24Q\"}",
        "vgpu-steward.io/allow-removal: \"nvidia.com/L40S-24Q\"");
  }

  @Test
  void jsonPatch_isRefused() {
    assertThatItIsRefused(
        () ->
            kubeVirt.jsonPatch(
                "[{\"op\":\"remove\",\"path\":"
                    + "\"/spec/configuration/permittedHostDevices/pciHostDevices/1\"}]"),
        LOST);
  }

  /** The second removal is of what has moved up: Harvester's guard lost count here. */
  @Test
  void jsonPatchOfTwo_isRefusedForTheOneInUse() {
    assertThatItIsRefused(
        () ->
            kubeVirt.jsonPatch(
                "[{\"op\":\"remove\",\"path\":"
                    + "\"/spec/configuration/permittedHostDevices/pciHostDevices/0\"},"
                    + "{\"op\":\"remove\",\"path\":"
                    + "\"/spec/configuration/permittedHostDevices/pciHostDevices/0\"}]"),
        LOST,
        "pciHostDevices[0]: nvidia.com/A10-12Q is lost from the list, which nothing uses");
  }

  @Test
  void serverSideApply_isRefused() {
    kubeVirt
        .apply(
            GuardedKubeVirt.manifest(),
            "--server-side",
            "--force-conflicts",
            "--field-manager=gitops")
        .orThrow();
    assertThatItIsRefused(
        () ->
            kubeVirt.apply(
                GuardedKubeVirt.without(L40S)
                    .replace(
                        "      - pciVendorSelector: 10DE:26B9\n" + "      - pciVendor",
                        "      - pciVendor"),
                "--server-side",
                "--force-conflicts",
                "--field-manager=gitops"),
        LOST);
  }

  @Test
  void replace_isRefused() {
    assertThatItIsRefused(
        () -> kubeVirt.replace(GuardedKubeVirt.manifest().replace("L40S-24Q", "L40S-12Q")), LOST);
  }

  @Test
  void edit_isRefused() {
    assertThatItIsRefused(() -> kubeVirt.edit("s/L40S-24Q/L40S-12Q/"), LOST);
  }

  @Test
  void aReleasesOwnList_isRefused() {
    kubeVirt.apply(GuardedKubeVirt.manifest()).orThrow();
    kubectl.ok(
        "annotate",
        "kubevirt",
        "kubevirt",
        "-n",
        "kubevirt",
        "meta.helm.sh/release-name=kv",
        "meta.helm.sh/release-namespace=gpu");
    try {
      assertThatItIsRefused(
          () ->
              kubeVirt.apply(
                  """
                  apiVersion: kubevirt.io/v1
                  kind: KubeVirt
                  metadata: {name: kubevirt, namespace: kubevirt}
                  spec:
                    configuration:
                      developerConfiguration: {featureGates: [HostDevices, Snapshot]}
                      permittedHostDevices:
                        pciHostDevices:
                        - {pciVendorSelector: "10DE:2236", resourceName: nvidia.com/A10-12Q}
                  """),
          LOST,
          "/whole",
          "/mediated",
          "/stick",
          "the Helm release gpu/kv writes this object: make the change in its values");
    } finally {
      kubectl.ok(
          "annotate",
          "kubevirt",
          "kubevirt",
          "-n",
          "kubevirt",
          "meta.helm.sh/release-name-",
          "meta.helm.sh/release-namespace-");
    }
  }

  @Test
  void theListItself_isKept() {
    assertThatItIsRefused(
        () -> kubeVirt.mergePatch("{\"permittedHostDevices\":null}"),
        "spec.configuration.permittedHostDevices: the whole list is lost, and " + L40S);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mediated | {"permittedHostDevices":{"mediatedDevices":null}} | mediatedDevices[0]: nvidia.com/T4-1Q is lost
          USB | {"permittedHostDevices":{"usb":[]}} | usb[0]: kubevirt.io/stick is lost
          the gate | {"developerConfiguration":{"featureGates":["Snapshot"]}} | without the gate HostDevices
          unused | {"permittedHostDevices":{"pciHostDevices":[{"pciVendorSelector":"10DE:26B9","resourceName":"nvidia.com/L40S-24Q"},{"pciVendorSelector":"10DE:26B9","resourceName":"nvidia.com/AD102GL_L40S","externalResourceProvider":true}]}} | pciHostDevices[0]: nvidia.com/A10-12Q is lost from the list, which nothing uses now
          selector | {"permittedHostDevices":{"mediatedDevices":[{"mdevNameSelector":"GRID T4-2Q","resourceName":"nvidia.com/T4-1Q"}]}} | nvidia.com/T4-1Q loses the devices GRID_T4-1Q
          two on one selector | {"permittedHostDevices":{"mediatedDevices":[{"mdevNameSelector":"GRID T4-1Q","resourceName":"nvidia.com/T4-1Q"},{"mdevNameSelector":"GRID_T4-1Q","resourceName":"nvidia.com/other"}]}} | have the same selector GRID_T4-1Q
          another plugin | {"permittedHostDevices":{"mediatedDevices":[{"mdevNameSelector":"GRID T4-1Q","resourceName":"nvidia.com/T4-1Q","externalResourceProvider":true}]}} | with externalResourceProvider it stops
          malformed | {"permittedHostDevices":{"usb":[{"resourceName":"kubevirt.io/stick","selectors":[{"vendor":"046d","product":"c52b"}]},{"resourceName":"kubevirt.io/all"}]}} | usb[1].selectors
          """)
  void eachRule_hasItsOwnMessage(String name, String configuration, String message) {
    assertThatItIsRefused(() -> kubeVirt.mergePatch(configuration), message);
  }

  @Test
  void orderLetterCaseAndUnrelatedEdits_pass() {
    kubeVirt
        .mergePatch(
            "{\"imagePullPolicy\":\"Always\",\"permittedHostDevices\":{\"pciHostDevices\":["
                + "{\"pciVendorSelector\":\"10de:26b9\",\"resourceName\":\"nvidia.com/AD102GL_L40S\","
                + "\"externalResourceProvider\":true},"
                + "{\"pciVendorSelector\":\"10de:26B9\",\"resourceName\":\"nvidia.com/L40S-24Q\"},"
                + "{\"pciVendorSelector\":\"10DE:2236\",\"resourceName\":\"nvidia.com/A10-12Q\"}],"
                + "\"mediatedDevices\":[{\"mdevNameSelector\":\"GRID_T4-1Q\","
                + "\"resourceName\":\"nvidia.com/T4-1Q\"}]}}")
        .orThrow();

    assertThat(kubeVirt.resources()).hasSize(5).contains(L40S);
  }

  @Test
  void whatWasWrongBefore_isNobodysFaultNow() {
    whileUnguarded(() ->
        kubeVirt
            .mergePatch(
                "{\"permittedHostDevices\":{\"usb\":[{\"resourceName\":\"nonsense\","
                    + "\"selectors\":[{\"vendor\":\"x\",\"product\":\"y\"}]}]}}")
            .orThrow());

    kubeVirt
        .mergePatch(
            "{\"permittedHostDevices\":{\"mediatedDevices\":["
                + "{\"mdevNameSelector\":\"GRID T4-1Q\",\"resourceName\":\"nvidia.com/T4-1Q\"},"
                + "{\"mdevNameSelector\":\"GRID T4-2Q\",\"resourceName\":\"nvidia.com/T4-2Q\"}]}}")
        .orThrow();
    kubeVirt.mergePatch("{\"permittedHostDevices\":{\"usb\":null}}").orThrow();
  }

  @Test
  void acknowledgedRemoval_passes_andLeavesWarningAuditAndEvent() throws IOException {
    assertThat(kubeVirt.annotate("vgpu-steward.io/allow-removal=" + L40S).err())
        .contains("Warning: ", "from now on anybody may remove " + L40S);

    Outcome removed = kubeVirt.mergePatch(WITHOUT_L40S);

    assertThat(removed.orThrow()).contains("patched");
    assertThat(removed.err()).contains("Warning: acknowledged: ", L40S + " is lost from the list");
    assertThat(kubeVirt.resources()).doesNotContain(L40S);
    assertThat(Files.readString(rig.logs().resolve("audit.log"), UTF_8))
        .contains("\"kubevirts.vgpu-steward.io/acknowledged-removal\":\"" + L40S + "\"");
    Wait.untilAsserted(
        "the removal is told",
        () ->
            assertThat(kubeVirt.events())
                .anySatisfy(event ->
                    assertThat(event)
                        .startsWith("DeviceRemoved: " + L40S)
                        .contains("used by 1: VirtualMachine " + namespace + "/vgpu")));
  }

  @Test
  void otherNamesAndDryRuns_openNothing() {
    kubeVirt.annotate("vgpu-steward.io/allow-removal=nvidia.com/A10-12Q").orThrow();
    kubeVirt.annotate("vgpu-steward.io/allow-removal=" + L40S, "--dry-run=server").orThrow();
    assertThatItIsRefused(() -> kubeVirt.mergePatch(WITHOUT_L40S), LOST);
  }

  @Test
  void trustedIdentity_isWarnedOfWhatIsUnused_andRefusedWhatIsUsed() {
    String[] trusted = {"--as=" + TRUSTED, "--as-group=system:masters"};

    assertThatItIsRefused(
        () ->
            kubeVirt.patch("merge", "{\"spec\":{\"configuration\":" + WITHOUT_L40S + "}}", trusted),
        LOST);
    Outcome outcome = kubeVirt.patch("json", WITHOUT_A10, trusted);
    assertThat(outcome.orThrow()).contains("patched");
    assertThat(outcome.err()).contains("Warning: ", "nvidia.com/A10-12Q is lost from the list");
    assertThat(kubeVirt.resources()).doesNotContain("nvidia.com/A10-12Q").contains(L40S);
  }

  @Test
  void labelsStatusAndOtherConfiguration_doNotReachTheGuard() {
    double before = reviews();

    kubectl.ok("label", "kubevirt", "kubevirt", "-n", "kubevirt", "team=gpu", "--overwrite");
    kubeVirt.mergePatch("{\"imagePullPolicy\":\"IfNotPresent\"}").orThrow();
    kubeVirt
        .patch("merge", "{\"status\":{\"phase\":\"Deployed\"}}", "--subresource=status")
        .orThrow();
    kubeVirt.patch("merge", "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}").orThrow();

    assertThat(reviews()).isEqualTo(before);
  }

  @Test
  void withoutTheProgram_theListIsFrozen_andAllElsePasses() {
    JsonNode before = kubeVirt.spec();
    product.kill();
    try {
      assertThat(kubeVirt.mergePatch(WITHOUT_L40S).err()).contains("failed calling webhook");
      assertThat(kubeVirt.spec()).isEqualTo(before);
      kubectl.ok("label", "kubevirt", "kubevirt", "-n", "kubevirt", "team=gpu", "--overwrite");
      kubeVirt.mergePatch("{\"imagePullPolicy\":\"Always\"}").orThrow();
    } finally {
      product.restart();
      awaitGuard();
    }
  }

  @Test
  void removalAroundTheGuard_isToldAndCounted_andOverOnceItIsBack() {
    whileUnguarded(() -> kubeVirt.mergePatch(WITHOUT_L40S).orThrow());

    String metric = "vgpu_steward_permitted_list_lacks_users{resource=\"" + L40S + "\"} ";
    Wait.untilAsserted(
        "the loss is told",
        () -> {
          assertThat(product.metrics()).contains(metric);
          assertThat(kubeVirt.events())
              .anySatisfy(event ->
                  assertThat(event)
                      .startsWith("DeviceNotPermitted: " + L40S)
                      .contains(namespace + "/vgpu"));
        });
    kubeVirt.reset();
    Wait.until("it is over", () -> !product.metrics().contains(metric));
  }

  /** Each has read the same list, and puts another entry into it: one would undo the other. */
  @Test
  void twoRacingEdits_loseNothing() {
    List<CompletableFuture<Outcome>> racing =
        Stream.of("a", "b").map(name -> CompletableFuture.supplyAsync(() -> add(name))).toList();
    List<Outcome> outcomes = racing.stream().map(CompletableFuture::join).toList();

    assertThat(outcomes).filteredOn(Outcome::succeeded).hasSize(1);
    assertThat(outcomes)
        .filteredOn(outcome -> !outcome.succeeded())
        .singleElement()
        .satisfies(outcome -> assertThat(outcome.err()).contains("is lost from the list"));
    assertThat(kubeVirt.resources()).hasSize(6).contains(L40S, "nvidia.com/T4-1Q");
  }

  private Outcome add(String name) {
    return kubeVirt.mergePatch(
        "{\"permittedHostDevices\":{\"mediatedDevices\":["
            + "{\"mdevNameSelector\":\"GRID T4-1Q\",\"resourceName\":\"nvidia.com/T4-1Q\"},"
            + "{\"mdevNameSelector\":\"%s\",\"resourceName\":\"example.com/%s\"}]}}"
                .formatted(name, name));
  }

  private double reviews() {
    return product
        .metrics()
        .lines()
        .filter(line -> line.startsWith("vgpu_steward_admission_duration_seconds_count"))
        .filter(line -> line.contains("/validate/kubevirts"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void whileUnguarded(Runnable edit) {
    product.webhooks().unregister();
    try {
      // The API server goes on asking for a moment.
      Wait.untilAsserted("the edit passes", edit::run);
    } finally {
      product.webhooks().apply();
      awaitGuard();
    }
  }

  private void assertThatItIsRefused(
      java.util.function.Supplier<Outcome> edit, String... messages) {
    JsonNode before = kubeVirt.spec();
    Outcome outcome = edit.get();
    assertThat(outcome.succeeded()).as(outcome.out()).isFalse();
    // An editor's comments tell it in lines.
    assertThat(outcome.err().replace("\n# ", " ")).contains(messages);
    assertThat(kubeVirt.spec()).isEqualTo(before);
  }
}
