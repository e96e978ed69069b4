package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the account of the product may do, as the API server says it. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RightsIT {
  private final Product product;

  RightsIT(Rig rig) {
    this.product = Product.install(rig);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list secrets/vgpu-license --all-namespaces",
        "watch secrets/vgpu-license --all-namespaces",
        "get secrets --all-namespaces",
        "create secrets --all-namespaces",
        "create events --all-namespaces",
        "list virtualmachines.kubevirt.io --all-namespaces",
        "list pods --all-namespaces",
        "watch nodes",
        "watch vgpunodes.vgpu-steward.io",
        "patch leases.coordination.k8s.io/vgpu-steward-controller --namespace=vgpu-steward",
        "patch leases.coordination.k8s.io/vgpu-steward-pending --namespace=vgpu-steward",
        "patch leases.coordination.k8s.io/vgpu-steward-permitted-list --namespace=vgpu-steward",
        "patch leases.coordination.k8s.io/vgpu-steward-sweep --namespace=vgpu-steward",
      })
  void allowed(String what) {
    assertThat(canI(what).out()).isEqualTo("yes\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list secrets --all-namespaces",
        "list secrets --namespace=vgpu-steward",
        "watch secrets --all-namespaces",
        "patch secrets --all-namespaces",
        "deletecollection secrets --all-namespaces",
        "create virtualmachines.kubevirt.io --all-namespaces",
        "update virtualmachines.kubevirt.io --all-namespaces",
        "patch virtualmachines.kubevirt.io --all-namespaces",
        "delete virtualmachines.kubevirt.io --all-namespaces",
        "patch virtualmachineinstances.kubevirt.io --all-namespaces",
        "patch kubevirts.kubevirt.io --all-namespaces",
        "get pods --all-namespaces",
        "delete pods --all-namespaces",
        "create pods --all-namespaces",
        "patch nodes",
        "patch vgpunodes.vgpu-steward.io",
        "list configmaps --all-namespaces",
        "list events --all-namespaces",
        "delete events --all-namespaces",
        "patch leases.coordination.k8s.io/another --namespace=vgpu-steward",
        "create leases.coordination.k8s.io --namespace=kube-system",
        "create serviceaccounts/token --namespace=vgpu-steward",
        "patch mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "patch clusterroles.rbac.authorization.k8s.io",
        "impersonate users",
      })
  void notAllowed(String what) {
    assertThat(canI(what).out()).isEqualTo("no\n");
  }

  private Outcome canI(String what) {
    List<String> command = new ArrayList<>(List.of("auth", "can-i"));
    command.addAll(List.of(what.split(" ")));
    return product.kubectl().run(command.toArray(String[]::new));
  }
}
