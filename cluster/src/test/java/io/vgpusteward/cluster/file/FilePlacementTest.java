package io.vgpusteward.cluster.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.InventoryAge;
import io.vgpusteward.vgpu.ResourceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What placement asks of a folder. */
@Timeout(60)
final class FilePlacementTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Duration MAX_AGE = Duration.ofMinutes(5);
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: gpu-1}
      status: {allocatable: {nvidia.com/L40S-24Q: "2"}}
      ---
      apiVersion: vgpu-steward.io/v1alpha1
      kind: VgpuNode
      metadata: {name: gpu-1}
      status: {gpus: [{busId: "0000:41:00.0"}]}
      """;
  private static final String LAUNCHER =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: virt-launcher-one
        namespace: team
        labels: {kubevirt.io: virt-launcher}
      spec:
        nodeName: gpu-1
        containers: [{name: compute, resources: {limits: {nvidia.com/L40S-24Q: "1"}}}]
      status: {phase: Running}
      """;
  private static final String LEASE =
      """
      apiVersion: coordination.k8s.io/v1
      kind: Lease
      metadata: {name: beat-1, namespace: steward, labels: {vgpu-steward.io/heartbeat: "true"}}
      spec: {holderIdentity: gpu-1, renewTime: "2026-11-21T12:00:00.000000Z"}
      """;

  @TempDir Path folder;
  private final List<FileCluster> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(FileCluster::close);
  }

  @Test
  void nodesAndLaunchers_areShown() throws Exception {
    write("node.yaml", NODE);
    write("pod.yaml", LAUNCHER);
    ClusterView view = open().view();

    assertThat(view.supply("gpu-1").orElseThrow().allocatable(L40S)).isEqualTo(2);
    assertThat(view.supply("gpu-1").orElseThrow().inventory())
        .containsSame(view.inventories().get("gpu-1"));
    assertThat(view.launchers().taken("gpu-1")).isEqualTo(Map.of(L40S, 1));
    assertThat(view.launchers().onNode("gpu-1").getFirst().uid()).isNotEmpty();
  }

  @Test
  void folderWithoutLeases_knowsNoHeartbeats_untilThereIsOne() throws Exception {
    write("node.yaml", NODE);
    FileCluster cluster = open();
    assertThat(cluster.view().knowsHeartbeats()).isFalse();
    assertThat(InventoryAge.of(cluster.view(), "gpu-1", NOON, MAX_AGE).isFresh()).isTrue();

    write("lease.yaml", LEASE);
    await().until(() -> cluster.view().knowsHeartbeats());
    assertThat(cluster.view().heartbeat("gpu-1")).contains(NOON);
    assertThat(InventoryAge.of(cluster.view(), "gpu-1", NOON, MAX_AGE).isFresh()).isTrue();
    assertThat(
            InventoryAge.of(cluster.view(), "gpu-1", NOON.plus(Duration.ofHours(1)), MAX_AGE)
                .stale())
        .contains("no heartbeat for 60 minutes: Lease steward/beat-1");

    Files.delete(folder.resolve("lease.yaml"));
    await().until(() -> !cluster.view().knowsHeartbeats());
  }

  private FileCluster open() {
    FileCluster cluster = FileCluster.open(folder, Duration.ofMillis(20), InstantSource.system());
    open.add(cluster);
    return cluster;
  }

  private void write(String name, String text) throws Exception {
    Files.writeString(folder.resolve(name), text);
  }
}
