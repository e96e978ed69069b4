package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a tenant's kubectl does with VMInstances that have, or ask for, a vGPU. */
@UseRig({
  Component.CONTROLLER_MANAGER,
  Component.SCHEDULER,
  Component.KUBEVIRT,
  Component.COZYSTACK
})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VmInstanceIT {
  private static final String MANIFEST = Manifest.of("vminstance.yaml");
  private static final String PLAIN = Manifest.withoutAnnotation(MANIFEST);
  private static final String GPU = "nvidia.com/L40S-24Q";
  private static final String OTHER = "nvidia.com/L4-6Q";
  private static final String ENTRY =
      "{\"pciVendorSelector\":\"10DE:26B9\",\"resourceName\":\"nvidia.com/L40S-24Q\"}";
  private static final String UNKNOWN = "\"nvidia.com/A16-2Q\"";

  private final Rig rig;
  private final Product product;
  private CozyTenant tenant;

  VmInstanceIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.tenant = new CozyTenant(rig);
  }

  @BeforeAll
  void secondProfileAndWebhooks() {
    permit(ENTRY + ",{\"pciVendorSelector\":\"10DE:27B8\",\"resourceName\":\"nvidia.com/L4-6Q\"}");
    CozyTenant.awaitWebhooks(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
    permit(ENTRY);
  }

  private void permit(String entries) {
    rig.kubectl()
        .ok(
            "patch",
            "kubevirt",
            "kubevirt",
            "-n",
            "kubevirt",
            "--type=merge",
            "-p",
            "{\"spec\":{\"configuration\":{\"permittedHostDevices\":{\"pciHostDevices\":["
                + entries
                + "]}}}}");
  }

  @BeforeEach
  void newTenant() {
    tenant = new CozyTenant(rig);
  }

  /** The ways by which the annotation gets on a VMInstance. */
  static Stream<Named<Consumer<CozyTenant>>> writes() {
    return Stream.of(
        write("create", false, t -> t.with(MANIFEST, "create", "-f", "-")),
        write("apply", false, t -> t.with(MANIFEST, "apply", "-f", "-")),
        write(
            "server-side apply", false, t -> t.with(MANIFEST, "apply", "--server-side", "-f", "-")),
        write("apply of a change", true, t -> t.with(MANIFEST, "apply", "-f", "-")),
        write(
            "server-side apply of a change",
            true,
            t -> t.with(MANIFEST, "apply", "--server-side", "--force-conflicts", "-f", "-")),
        write("replace", true, t -> t.with(MANIFEST, "replace", "-f", "-")),
        write(
            "merge patch",
            true,
            t ->
                tryPatch(
                    t,
                    "merge",
                    "{\"metadata\":{\"annotations\":"
                        + "{\"vgpu-steward.io/profile\":\"L40S-24Q\"}}}")),
        write(
            "JSON patch",
            true,
            t ->
                tryPatch(
                    t,
                    "json",
                    "[{\"op\":\"add\",\"path\":\"/metadata/annotations/vgpu-steward.io~1profile\","
                        + "\"value\":\"L40S-24Q\"}]")),
        write(
            "annotate",
            true,
            t -> t.kubectl("annotate", "vminstance", "cad", "vgpu-steward.io/profile=L40S-24Q")),
        write(
            "edit",
            true,
            t -> t.edit("cad", "s,^  annotations:,&\\n    vgpu-steward.io/profile: L40S-24Q,")));
  }

  private static Named<Consumer<CozyTenant>> write(
      String name, boolean exists, Function<CozyTenant, Outcome> action) {
    return Named.of(
        name,
        tenant -> {
          if (exists) {
            tenant.with(PLAIN, "apply", "-f", "-").orThrow();
          }
          action.apply(tenant).orThrow();
        });
  }

  @ParameterizedTest
  @MethodSource("writes")
  void annotation_isStoredAsAGpu_whateverBringsIt(Consumer<CozyTenant> write) {
    write.accept(tenant);

    assertThat(tenant.gpus("cad")).containsExactly(GPU);
    assertThat(tenant.see("helmrelease", "vm-instance-cad").at("/spec/values/gpus").toString())
        .isEqualTo("[{\"name\":\"nvidia.com/L40S-24Q\"}]");
  }

  @Test
  void sameManifestAgain_byAnyMeans_changesNothing() {
    tenant.with(MANIFEST, "apply", "-f", "-").orThrow();
    String stored = tenant.vmInstance("cad").path("spec").toString();

    tenant.with(MANIFEST, "apply", "-f", "-").orThrow();
    assertThat(tenant.vmInstance("cad").path("spec")).hasToString(stored);
    tenant.with(MANIFEST, "apply", "--server-side", "--force-conflicts", "-f", "-").orThrow();
    assertThat(tenant.vmInstance("cad").path("spec")).hasToString(stored);
    tenant.with(MANIFEST, "replace", "-f", "-").orThrow();
    assertThat(tenant.vmInstance("cad").path("spec")).hasToString(stored);
  }

  @Test
  void usersOwnGpus_stay_whateverTheAnnotationDoes() {
    tenant.with(MANIFEST + "  gpus: [{name: " + OTHER + "}]\n", "apply", "-f", "-").orThrow();
    assertThat(tenant.gpus("cad")).containsExactly(OTHER, GPU);

    annotate("vgpu-steward.io/count=2");
    assertThat(tenant.gpus("cad")).containsExactly(OTHER, GPU, GPU);

    patch(tenant, "merge", "{\"spec\":{\"gpus\":[]}}");
    assertThat(tenant.gpus("cad")).containsExactly(GPU, GPU);

    annotate("vgpu-steward.io/profile=L4-6Q", "vgpu-steward.io/count-");
    assertThat(tenant.gpus("cad")).containsExactly(OTHER);
  }

  @Test
  void withoutTheAnnotation_whatWasInjectedGoes() {
    tenant.with(MANIFEST, "apply", "-f", "-").orThrow();

    Outcome applied = tenant.with(PLAIN, "apply", "-f", "-");

    assertThat(tenant.gpus("cad")).isEmpty();
    assertThat(Vms.annotations(tenant.vmInstance("cad")).toString())
        .doesNotContain("vgpu-steward.io/injected");
    assertThat(applied.err()).contains("Warning: spec.gpus: took out nvidia.com/L40S-24Q");
  }

  @Test
  void dryRun_isAnsweredAsIfItWereNone_andCozystackStoresIt() {
    Outcome shown = tenant.with(MANIFEST, "apply", "--dry-run=server", "-o", "json", "-f", "-");

    assertThat(Vms.parse(shown.orThrow()).at("/spec/gpus").toString()).contains(GPU);
    // cozystack#3982
    assertThat(tenant.gpus("cad")).containsExactly(GPU);
  }

  @Test
  void profileThatTheClusterHasNot_isRefusedWithThoseThatItHas() {
    String manifest = MANIFEST.replace("L40S-24Q", "A16-2Q");

    for (Outcome refused :
        List.of(
            tenant.with(manifest, "create", "-f", "-"),
            tenant.with(manifest, "apply", "-f", "-"),
            tenant.with(manifest, "apply", "--server-side", "-f", "-"))) {
      assertThat(refused.status()).isNotZero();
      assertThat(refused.err())
          .contains(
              "metadata.annotations[vgpu-steward.io/profile]: this cluster has no vGPU profile"
                  + " A16-2Q; its profiles: L4-6Q, L40S-24Q");
    }
    assertThat(tenant.kubectl("get", "vminstance", "cad").err()).contains("not found");
  }

  @Test
  void resourceThatTheClusterHasNot_isRefusedInPatchesAndEdits() {
    tenant.with(PLAIN, "apply", "-f", "-").orThrow();

    Outcome merge = tryPatch(tenant, "merge", "{\"spec\":{\"gpus\":[{\"name\":" + UNKNOWN + "}]}}");
    Outcome json =
        tryPatch(
            tenant,
            "json",
            "[{\"op\":\"add\",\"path\":\"/spec/gpus/-\",\"value\":{\"name\":" + UNKNOWN + "}}]");
    Outcome text = tryPatch(tenant, "merge", "{\"spec\":{\"gpus\":" + UNKNOWN + "}}");

    assertThat(List.of(merge, json))
        .allSatisfy(refused ->
            assertThat(refused.err())
                .contains(
                    "spec.gpus: this cluster has no GPU "
                        + UNKNOWN
                        + " for virtual machines;"
                        + " its GPUs: nvidia.com/L4-6Q, nvidia.com/L40S-24Q"));
    assertThat(text.err()).contains("spec.gpus must be a list");
    assertThat(tenant.gpus("cad")).isEmpty();
  }

  @Test
  void whatIsWrongAlready_isNotHeldAgainstAnotherChange() {
    tenant.with(PLAIN, "apply", "-f", "-").orThrow();
    tenant.patchRelease("cad", "{\"spec\":{\"values\":{\"gpus\":[{\"name\":" + UNKNOWN + "}]}}}");

    patch(tenant, "merge", "{\"spec\":{\"cloudInit\":\"#cloud-config\"}}");

    assertThat(tenant.gpus("cad")).containsExactly("nvidia.com/A16-2Q");
  }

  @Test
  void warnings_reachTheTenant() {
    Outcome windows =
        tenant.with(MANIFEST + "  instanceProfile: windows.2k22\n", "apply", "-f", "-");
    assertThat(windows.err()).contains("Warning: spec.instanceProfile: a Windows guest does not");

    String bare = PLAIN.replaceAll("(?s)  cloudInit.*", "").replace("name: cad", "name: bare");
    tenant.with(bare, "apply", "-f", "-").orThrow();
    Outcome late = tenant.ok("annotate", "vminstance", "bare", "vgpu-steward.io/profile=L40S-24Q");
    assertThat(late.err()).contains("Warning: spec.gpus: this virtual machine has no cloud-init");
  }

  @Test
  void labelledHandsOff_isLeftAlone() {
    String manifest =
        MANIFEST.replace(
            "  name: cad\n", "  name: cad\n  labels: {vgpu-steward.io/inject: 'false'}\n");

    tenant.with(manifest, "apply", "-f", "-").orThrow();

    assertThat(tenant.gpus("cad")).isEmpty();
  }

  @Test
  void programDown_stopsOnlyWhatAsksForAGpu() {
    tenant.with(MANIFEST, "apply", "-f", "-").orThrow();
    product.kill();
    try {
      Outcome asking = tenant.with(MANIFEST.replace("name: cad", "name: next"), "apply", "-f", "-");
      assertThat(asking.err()).contains("failed calling webhook \"vminstances.vgpu-steward.io\"");

      tenant.with(PLAIN.replace("name: cad", "name: plain"), "apply", "-f", "-").orThrow();
      tenant.with(PLAIN.replace("name: cad", "name: plain"), "replace", "-f", "-").orThrow();
      patch(tenant, "merge", "{\"spec\":{\"cloudInit\":\"#cloud-config\"}}");
      tenant.ok("label", "vminstance", "cad", "team=cad");
      tenant.ok("delete", "vminstance", "cad");
    } finally {
      product.restart();
    }
  }

  private void annotate(String... changes) {
    for (String change : changes) {
      tenant.ok("annotate", "vminstance", "cad", "--overwrite", change);
    }
  }

  private static void patch(CozyTenant tenant, String type, String patch) {
    tryPatch(tenant, type, patch).orThrow();
  }

  private static Outcome tryPatch(CozyTenant tenant, String type, String patch) {
    return tenant.kubectl("patch", "vminstance", "cad", "--type=" + type, "-p", patch);
  }
}
