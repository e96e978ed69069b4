package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** VMInstances behind the real API server; what is odd about them is in the tool's own tests. */
@UseRig({
  Component.CONTROLLER_MANAGER,
  Component.SCHEDULER,
  Component.KUBEVIRT,
  Component.COZYSTACK
})
final class CozystackIT {
  private static final String WITH_GPU =
      """
      apiVersion: apps.cozystack.io/v1alpha1
      kind: VMInstance
      metadata: {name: cad}
      spec:
        disks: [{name: system}]
        gpus: [{name: nvidia.com/L40S-24Q}]
        cloudInit: |
          #cloud-config
      """;

  private final Rig rig;
  private final Flux flux;
  private final Kubectl tenant;
  private String namespace = "";

  CozystackIT(Rig rig) {
    this.rig = rig;
    this.flux = new Flux(rig);
    this.tenant = rig.kubectlAs("alice", List.of("tenant-admins"));
  }

  @BeforeEach
  void newNamespace() {
    namespace = rig.newNamespace();
    rig.kubectl()
        .ok(
            "create",
            "rolebinding",
            "alice",
            "--clusterrole=cozy-tenant-admin",
            "--user=alice",
            "-n",
            namespace);
  }

  @Test
  void vmInstance_isAHelmReleaseThatTheTenantDoesNotSee() {
    tenant.apply(WITH_GPU, "-n", namespace);

    JsonNode release = rig.kubectl().get("helmrelease", "vm-instance-cad", "-n", namespace);
    assertThat(release.at("/spec/values/gpus/0/name").asText()).isEqualTo("nvidia.com/L40S-24Q");
    assertThat(release.at("/spec/values").has("instanceType")).isFalse();
    assertThat(tenant.get("vminstance", "cad", "-n", namespace).at("/spec/instanceType").asText())
        .isEqualTo("u1.medium");
    assertThat(tenant.run("get", "helmreleases", "-n", namespace).succeeded()).isFalse();
  }

  @Test
  void tenantElsewhere_isRefused() {
    assertThat(tenant.run("get", "vminstances", "-n", "default").err())
        .contains("User \"alice\" cannot list resource \"vminstances\"");
  }

  @Test
  void chart_rendersTheVirtualMachineAsCozystackDoes() {
    tenant.apply(WITH_GPU, "-n", namespace);

    flux.reconcile(namespace, "cad").orThrow();

    JsonNode spec =
        rig.kubectl().get("vm", "vm-instance-cad", "-n", namespace).at("/spec/template/spec");
    assertThat(spec.at("/domain/devices/gpus").toString())
        .isEqualTo("[{\"deviceName\":\"nvidia.com/L40S-24Q\",\"name\":\"gpu1\"}]");
    assertThat(spec.path("volumes").toString())
        .contains(
            "{\"cloudInitNoCloud\":{\"secretRef\":{\"name\":\"vm-instance-cad-cloud-init\"}},"
                + "\"name\":\"cloudinitdisk\"}");
  }

  @Test
  void chartWithoutCloudInitAndKeys_hasNoSuchVolume() {
    tenant.apply(WITH_GPU.replaceAll("(?s)  cloudInit.*", ""), "-n", namespace);

    flux.reconcile(namespace, "cad").orThrow();

    assertThat(rig.kubectl().get("vm", "vm-instance-cad", "-n", namespace).toString())
        .doesNotContain("cloudinitdisk");
  }

  @Test
  void deletion_takesTheHelmRelease() {
    tenant.apply(WITH_GPU, "-n", namespace);

    tenant.ok("delete", "vminstance", "cad", "-n", namespace);

    assertThat(rig.kubectl().find("helmrelease", "vm-instance-cad", "-n", namespace)).isEmpty();
  }
}
