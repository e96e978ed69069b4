package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.InventoryAge;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.vgpu.ResourceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What placement asks of a live cluster: who holds what on which node, and who is alive. */
@Timeout(60)
final class LivePlacementTest {
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/%s/leases";
  private static final String PODS = "/api/v1/namespaces/team/pods";
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant LATER = NOON.plusSeconds(60);

  private final MockApiServer api = new MockApiServer();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void heartbeats_areThoseOfTheReleaseNamespaceWithTheLabel_andRenewalsShow() throws Exception {
    api.create(LEASES.formatted("steward"), lease("beat-1", "steward", "true", "gpu-1", NOON));
    api.create(LEASES.formatted("steward"), lease("leader", "steward", "false", "gpu-2", NOON));
    api.create(LEASES.formatted("team"), lease("beat-3", "team", "true", "gpu-3", NOON));
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());

    assertThat(cluster.view().knowsHeartbeats()).isTrue();
    assertThat(cluster.view().heartbeat("gpu-1")).contains(NOON);
    assertThat(cluster.view().heartbeat("gpu-2")).isEmpty();
    assertThat(cluster.view().heartbeat("gpu-3")).isEmpty();
    assertThat(api.requests())
        .filteredOn(request -> request.contains("/leases"))
        .filteredOn(request -> request.startsWith("GET"))
        .isNotEmpty()
        .allMatch(request ->
            request.startsWith("GET " + LEASES.formatted("steward") + "?")
                && request.contains("labelSelector=vgpu-steward.io/heartbeat=true"));

    api.replace(
        LEASES.formatted("steward") + "/beat-1",
        lease("beat-1", "steward", "true", "gpu-1", LATER));
    await().until(() -> cluster.view().heartbeat("gpu-1").equals(Optional.of(LATER)));
    api.delete(LEASES.formatted("steward") + "/beat-1");
    await().until(() -> cluster.view().heartbeat("gpu-1").isEmpty());
  }

  @Test
  void withoutAnyLease_nodesAreStale() {
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    assertThat(cluster.view().knowsHeartbeats()).isTrue();
    assertThat(InventoryAge.of(cluster.view(), "gpu-1", NOON, Duration.ofMinutes(5)).stale())
        .hasValueSatisfying(why -> assertThat(why).startsWith("no heartbeat"));
  }

  @Test
  void leasesThatAreForbidden_areMissing() {
    api.server
        .expect()
        .get()
        .withPath(
            LEASES.formatted("steward")
                + "?labelSelector=vgpu-steward.io%2Fheartbeat%3Dtrue&limit=1")
        .andReturn(403, new StatusBuilder().withCode(403).build())
        .always();
    LiveCluster cluster = api.cluster();
    await()
        .untilAsserted(() ->
            assertThat(cluster.view().missing())
                .containsExactly(
                    "leases of node agents in namespace steward (HTTP 403: this account may not"
                        + " list and watch them)"));
  }

  @Test
  void launcher_isFollowedFromPendingToItsEnd() {
    api.create(PODS, pod("", "Pending"));
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    LauncherPod pending = cluster.view().launchers().pending().iterator().next();
    assertThat(pending.guest()).contains("one");
    assertThat(pending.profile()).contains("L40S-24Q");
    assertThat(pending.uid()).isNotEmpty();
    assertThat(cluster.view().launchers().byUid(pending.uid())).contains(pending);
    assertThat(cluster.view().launchers().taken("gpu-1")).isEmpty();
    assertThat(users(cluster)).containsExactly("Pod team/virt-launcher-one");

    api.replace(PODS + "/virt-launcher-one", pod("nodeName: gpu-1, ", "Running"));
    await().until(() -> cluster.view().launchers().pending().isEmpty());
    assertThat(cluster.view().launchers().taken("gpu-1")).isEqualTo(Map.of(L40S, 1));
    assertThat(cluster.view().launchers().ofGuest("team", "one")).hasSize(1);

    api.replace(PODS + "/virt-launcher-one", pod("nodeName: gpu-1, ", "Succeeded"));
    await().until(() -> cluster.view().launchers().all().isEmpty());
    assertThat(cluster.view().launchers().taken("gpu-1")).isEmpty();
    assertThat(users(cluster)).isEmpty();
  }

  @Test
  void supplies_followNodesInventoriesAndThePermittedList() {
    api.create(
        "/api/v1/nodes",
        "apiVersion: v1\nkind: Node\nmetadata: {name: gpu-1}\n"
            + "status: {allocatable: {nvidia.com/L40S-24Q: '2'}}");
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    assertThat(cluster.view().supply("gpu-1").orElseThrow().inventory()).isEmpty();

    api.create(
        "/apis/vgpu-steward.io/v1alpha1/vgpunodes",
        "apiVersion: vgpu-steward.io/v1alpha1\nkind: VgpuNode\nmetadata: {name: gpu-1}\n"
            + "status: {gpus: [{busId: 0000:41:00.0}]}");
    await().until(() -> cluster.view().supply("gpu-1").orElseThrow().inventory().isPresent());
    assertThat(cluster.view().supply("gpu-1").orElseThrow().allocatable(L40S)).isEqualTo(2);

    api.create(
        "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts",
        """
        apiVersion: kubevirt.io/v1
        kind: KubeVirt
        metadata: {name: kubevirt, namespace: kubevirt}
        spec:
          configuration:
            permittedHostDevices:
              pciHostDevices: [{pciVendorSelector: "10DE:26B9", resourceName: nvidia.com/L40S-24Q}]
        """);
    await().until(() -> cluster.view().supply("gpu-1").orElseThrow().permitted().isGiven());
  }

  private static List<String> users(LiveCluster cluster) {
    return cluster.view().deviceUsers().all().stream().map(DeviceUser::toString).toList();
  }

  private static String lease(
      String name, String namespace, String label, String node, Instant renewed) {
    return """
    apiVersion: coordination.k8s.io/v1
    kind: Lease
    metadata: {name: %s, namespace: %s, labels: {vgpu-steward.io/heartbeat: "%s"}}
    spec: {holderIdentity: %s, renewTime: "%s"}
    """
        .formatted(name, namespace, label, node, renewed);
  }

  private static String pod(String node, String phase) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: virt-launcher-one
      namespace: team
      labels: {kubevirt.io: virt-launcher}
      annotations: {vgpu-steward.io/profile: L40S-24Q}
      ownerReferences: [{apiVersion: kubevirt.io/v1, kind: VirtualMachineInstance, name: one, uid: u}]
    spec: {%scontainers: [{name: compute, resources: {limits: {nvidia.com/L40S-24Q: "1"}}}]}
    status: {phase: %s}
    """
        .formatted(node, phase);
  }
}
