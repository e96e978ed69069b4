package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.snapshot.Reduction;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveObjectsTest {
  private static final String MACHINES = "/apis/kubevirt.io/v1/virtualmachines";
  private static final Path PLANTED = Path.of("src/test/resources/snapshot/planted.yaml");

  private final MockApiServer api = new MockApiServer();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void whatIsListed_isReduced() {
    ObjectNode machine = planted();
    api.client()
        .raw("/apis/kubevirt.io/v1/namespaces/team/virtualmachines", "POST", machine.toString());
    LiveObjects objects = new LiveObjects(api.client());

    List<ObjectNode> listed = objects.list(ObjectKind.VIRTUAL_MACHINE);

    assertThat(listed).hasSize(1);
    assertThat(listed.getFirst().toString()).doesNotContain("hunter2", "aHVudGVyMg", "uid");
    assertThat(listed).containsExactly(Reduction.reduce(ObjectKind.VIRTUAL_MACHINE, machine));
  }

  @Test
  void stored_isReducedToo_andNoSecret() {
    ObjectNode machine = planted();
    api.client()
        .raw("/apis/kubevirt.io/v1/namespaces/team/virtualmachines", "POST", machine.toString());
    LiveCluster cluster = api.cluster();

    assertThat(cluster.stored(machine, "team"))
        .contains(Reduction.reduce(ObjectKind.VIRTUAL_MACHINE, machine));
    assertThat(cluster.stored(machine, "other")).isEmpty();
    assertThat(cluster.stored(machine, "no/namespace")).isEmpty();
    machine.withObjectProperty("metadata").put("name", "No Name");
    assertThat(cluster.stored(machine, "team")).isEmpty();
    ObjectNode secret = machine.put("apiVersion", "v1").put("kind", "Secret");
    secret.withObjectProperty("metadata").put("name", "vgpu-license");
    assertThat(cluster.stored(secret, "team")).isEmpty();
  }

  @Test
  void eachKind_isListedOnce_andNothingElse() throws Exception {
    LiveObjects objects = new LiveObjects(api.client());

    for (ObjectKind kind : ObjectKind.values()) {
      if (Reduction.keeps(kind)) {
        assertThat(objects.list(kind)).isEmpty();
      }
    }

    assertThat(api.requests())
        .hasSize(ObjectKind.values().length - 2)
        .allMatch(request -> request.startsWith("GET /api") && request.contains("limit=500"))
        .noneMatch(request ->
            request.contains("watch")
                || request.contains("/secrets")
                || request.contains("/leases"))
        .anyMatch(request -> request.contains("/pods?labelSelector=kubevirt.io=virt-launcher"));
  }

  @Test
  void pages_areFollowed_andAListThatGrewTooOldIsBegunAnew() {
    answer(MACHINES + "?limit=500", 200, page("a", "go-on"));
    answer(MACHINES + "?continue=go-on&limit=500", 410, new StatusBuilder().withCode(410).build());
    answer(MACHINES + "?limit=500", 200, page("b", "go-on"));
    answer(MACHINES + "?continue=go-on&limit=500", 200, page("c", ""));
    LiveObjects objects = new LiveObjects(api.client());

    assertThat(objects.list(ObjectKind.VIRTUAL_MACHINE))
        .extracting(object -> object.at("/metadata/name").asText())
        .containsExactly("b", "c");
  }

  @Test
  void kindThatAClusterMayLack_isEmpty_andAnOlderVersionCounts() {
    String pools = "/apis/pool.kubevirt.io/%s/virtualmachinepools?limit=500";
    answer(pools.formatted("v1beta1"), 404, new StatusBuilder().withCode(404).build());
    answer(pools.formatted("v1alpha1"), 404, new StatusBuilder().withCode(404).build());
    answer(pools.formatted("v1beta1"), 404, new StatusBuilder().withCode(404).build());
    answer(pools.formatted("v1alpha1"), 200, page("a", ""));
    LiveObjects objects = new LiveObjects(api.client());

    assertThat(objects.list(ObjectKind.POOL)).isEmpty();
    assertThat(objects.list(ObjectKind.POOL)).hasSize(1);
  }

  @Test
  void refusal_saysWhat_andNotWhatTheServerSaid() {
    answer(
        MACHINES + "?limit=500",
        403,
        new StatusBuilder().withCode(403).withMessage("hunter2").build());
    answer(MACHINES + "?limit=500", 404, new StatusBuilder().withCode(404).build());
    LiveObjects objects = new LiveObjects(api.client());

    assertThatThrownBy(() -> objects.list(ObjectKind.VIRTUAL_MACHINE))
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith("cannot list virtualmachines.kubevirt.io: HTTP 403")
        .hasNoCause();
    assertThatThrownBy(() -> objects.list(ObjectKind.VIRTUAL_MACHINE))
        .hasMessageContaining("HTTP 404");
  }

  private void answer(String path, int status, Object body) {
    api.server.expect().get().withPath(path).andReturn(status, body).once();
  }

  private static String page(String name, String next) {
    return """
    {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineList","metadata":{"continue":"%s"},
     "items":[{"metadata":{"name":"%s","namespace":"team"}}]}
    """
        .formatted(next, name);
  }

  private static ObjectNode planted() {
    return Manifests.read(PLANTED).getFirst().object();
  }
}
