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

/** What the account of node agents may do, as the API server says it. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentRightsIT {
  private final AgentRelease release;

  AgentRightsIT(Rig rig) {
    this.release = AgentRelease.install(rig);
  }

  @AfterAll
  void uninstall() {
    release.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "watch configmaps/vgpu-profiles --namespace=vgpu-steward",
        "watch kubevirts.kubevirt.io --all-namespaces",
        "watch pods --all-namespaces",
        "patch nodes",
        "create vgpunodes.vgpu-steward.io",
        "patch vgpunodes.vgpu-steward.io --subresource=status",
        "patch leases.coordination.k8s.io/vgpu-steward-agent-any --namespace=vgpu-steward",
        "create events --namespace=default",
        "delete pods --namespace=kubevirt",
      })
  void allowed(String what) {
    assertThat(canI(what).out()).isEqualTo("yes\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get secrets --namespace=vgpu-steward",
        "list secrets --all-namespaces",
        "list configmaps --namespace=vgpu-steward",
        "patch configmaps/vgpu-profiles --namespace=vgpu-steward",
        "patch kubevirts.kubevirt.io --all-namespaces",
        "delete pods --namespace=default",
        "create pods --all-namespaces",
        "patch pods --all-namespaces",
        "create pods --subresource=eviction --namespace=kubevirt",
        "create pods --subresource=exec --namespace=kubevirt",
        "list virtualmachines.kubevirt.io --all-namespaces",
        "patch virtualmachineinstances.kubevirt.io --all-namespaces",
        "create nodes",
        "delete nodes",
        "patch nodes --subresource=status",
        "patch leases.coordination.k8s.io --namespace=kube-node-lease",
        "create events --namespace=kubevirt",
        "list events --namespace=default",
        "create serviceaccounts/token --namespace=vgpu-steward",
        "patch clusterroles.rbac.authorization.k8s.io",
        "impersonate users",
      })
  void notAllowed(String what) {
    assertThat(canI(what).out()).isEqualTo("no\n");
  }

  private Outcome canI(String what) {
    List<String> command = new ArrayList<>(List.of("auth", "can-i"));
    command.addAll(List.of(what.split(" ")));
    return release.kubectl().run(command.toArray(String[]::new));
  }
}
