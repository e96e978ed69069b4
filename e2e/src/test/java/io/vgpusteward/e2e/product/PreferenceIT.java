package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A preference tells whether a guest runs Windows, which takes no licence from cloud-init. What
 * counts is the copy that KubeVirt took of it for this machine, not what it has become.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PreferenceIT {
  private static final String VM = "renderer";
  private static final String LINUX = Manifest.of("preference.yaml");
  private static final String WINDOWS =
      Manifest.of("preference-for-windows.yaml").replace("${NAME}", "linux");

  private final Rig rig;
  private final Product product;
  private Tenant tenant;

  PreferenceIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.tenant = new Tenant(rig);
    rig.kubectl().apply(Manifest.LICENSE);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @BeforeEach
  void instancetype() {
    tenant = new Tenant(rig);
    tenant.apply(Manifest.of("instancetype.yaml"));
  }

  @Test
  void windows_hasPlacementAndNoLicence() {
    Outcome created = create(WINDOWS, false);

    assertThat(created.err()).contains("no licence: a Windows guest");
    assertThatItIsWindows();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void changedOrDeletedSince_linuxKeepsItsLicence(boolean changed) {
    create(LINUX, true);

    if (changed) {
      tenant.apply(WINDOWS);
      awaitLicensed(false);
    } else {
      tenant.ok("delete", "virtualmachinepreference", "linux");
    }
    edit();

    assertThat(Vms.secret(Vms.template(tenant.vm(VM)))).isEqualTo(Tenant.secretOf(VM));
    assertThat(Vms.isPlaced(Vms.template(tenant.vm(VM)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void changedOrDeletedSince_windowsGetsNoLicence(boolean changed) {
    create(WINDOWS, false);

    if (changed) {
      tenant.ok("delete", "virtualmachinepreference", "linux");
      tenant.apply(LINUX);
      awaitLicensed(true);
    } else {
      tenant.ok("delete", "virtualmachinepreference", "linux");
    }
    edit();

    assertThatItIsWindows();
  }

  private void assertThatItIsWindows() {
    JsonNode template = Vms.template(tenant.vm(VM));
    assertThat(Vms.isPlaced(template)).isTrue();
    assertThat(template.path("volumes").findPath("userData").asText())
        .isEqualTo("#cloud-config\nhostname: renderer\n");
    assertThat(template.path("volumes").findPath("secretRef").isMissingNode()).isTrue();
  }

  /** Both come to the product by a cache, a moment after they are made. */
  private Outcome create(String preference, boolean licensed) {
    tenant.apply(preference);
    awaitLicensed(licensed);
    Outcome created = tenant.tryApply(Manifest.of("vm-of-instancetype.yaml"));
    created.orThrow();
    Wait.until(
        "KubeVirt has its copy of the preference",
        () ->
            !tenant
                .vm(VM)
                .at("/status/preferenceRef/controllerRevisionRef/name")
                .asText()
                .isEmpty());
    return created;
  }

  /** Waits until a machine that would be created now has a licence, or none. */
  private void awaitLicensed(boolean licensed) {
    Wait.untilAsserted(
        "the preference counts for new machines",
        () -> {
          JsonNode template = Vms.template(tenant.wouldBeStored(another()));
          assertThat(Vms.isPlaced(template)).isTrue();
          assertThat(Vms.secret(template)).isEqualTo(licensed ? Tenant.secretOf("another") : "");
        });
  }

  private static String another() {
    return Manifest.of("vm-of-instancetype.yaml").replace("name: renderer", "name: another");
  }

  private void edit() {
    tenant.ok(
        "patch",
        "vm",
        VM,
        "--type=merge",
        "-p",
        "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"edited\":\"once\"}}}}}");
    assertThat(tenant.vm(VM).at("/spec/template/metadata/labels/edited").asText())
        .isEqualTo("once");
  }
}
