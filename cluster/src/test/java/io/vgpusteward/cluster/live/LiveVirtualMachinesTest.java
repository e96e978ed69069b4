package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.vgpusteward.cluster.ClusterException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveVirtualMachinesTest {
  private static final String ALL = "/apis/kubevirt.io/v1/virtualmachines";
  private static final String OF_TEAM = "/apis/kubevirt.io/v1/namespaces/team/virtualmachines";

  private final MockApiServer api = new MockApiServer();
  private final LiveVirtualMachines machines = new LiveVirtualMachines(api.client());

  @AfterEach
  void close() {
    machines.close();
    api.close();
  }

  @Test
  void pages_areFollowed() throws Exception {
    answer(ALL + "?limit=500", 200, page("a", "go/on"));
    answer(ALL + "?limit=500&continue=go%2Fon", 200, page("b", ""));

    assertThat(machines.list(Optional.empty()))
        .extracting(guest -> guest.key().toString())
        .containsExactly("VirtualMachine team/a", "VirtualMachine team/b");
    assertThat(api.requests()).hasSize(2).allMatch(request -> request.startsWith("GET "));
  }

  @Test
  void namespace_isAskedAlone() {
    answer(OF_TEAM + "?limit=500", 200, page("a", ""));
    assertThat(machines.list(Optional.of("team"))).hasSize(1);
  }

  @Test
  void object_isWhole_andReplacedAsItIs() {
    api.create(
        OF_TEAM,
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: vm, namespace: team, labels: {a: b}}
        spec: {of: {a: [later, release]}}
        """);

    ObjectNode found = machines.find("team", "vm").orElseThrow();
    assertThat(found.at("/spec/of/a/1").asText()).isEqualTo("release");
    found.withObject("/spec").put("more", true);
    ObjectNode stored = machines.replace(found).orElseThrow();
    assertThat(stored.at("/spec").toString())
        .isEqualTo("{\"of\":{\"a\":[\"later\",\"release\"]},\"more\":true}");
    assertThat(machines.find("team", "vm")).contains(stored);
    assertThat(machines.find("team", "other")).isEmpty();
    assertThat(machines.isWritable()).isTrue();
  }

  @Test
  void conflict_isEmpty() {
    refuse(409, "the object has been modified");
    assertThat(machines.replace(vm())).isEmpty();
  }

  @Test
  void refusal_isInTheServersWords() {
    refuse(403, "admission webhook \"x\" denied the request");
    assertThatThrownBy(() -> machines.replace(vm()))
        .isInstanceOf(ClusterException.class)
        .hasMessage("HTTP 403: admission webhook \"x\" denied the request")
        .hasNoCause();
  }

  @Test
  void answer_thatIsNoObject_isSaid() {
    api.server.expect().put().withPath(OF_TEAM + "/vm").andReturn(200, "[]").once();
    assertThatThrownBy(() -> machines.replace(vm()))
        .hasMessage("the API server's answer is no object");
    api.server.expect().put().withPath(OF_TEAM + "/vm").andReturn(200, "{").once();
    assertThatThrownBy(() -> machines.replace(vm()))
        .hasMessage("the API server's answer is no JSON");
  }

  @Test
  void kindThatIsUnknown_andAListThatIsRefused_areSaid() {
    answer(ALL + "?limit=500", 404, new StatusBuilder().withCode(404).build());
    assertThatThrownBy(() -> machines.list(Optional.empty()))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("is KubeVirt installed?");
    answer(ALL + "?limit=500", 403, new StatusBuilder().withCode(403).build());
    assertThatThrownBy(() -> machines.list(Optional.empty()))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("HTTP 403");
  }

  @Test
  void namespaceLabels_areRead() {
    api.create(
        "/api/v1/namespaces",
        "{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {a: b}}}");
    assertThat(machines.namespaceLabels("team")).isEqualTo(Map.of("a", "b"));
    assertThat(machines.namespaceLabels("none")).isEmpty();
  }

  @Test
  void names_thatAreNone_areNotAskedFor() throws Exception {
    assertThatThrownBy(() -> machines.find("team", "../x")).isInstanceOf(ClusterException.class);
    assertThatThrownBy(() -> machines.list(Optional.of("a/b")))
        .isInstanceOf(ClusterException.class)
        .hasMessage("the namespace or the name of an object is not valid");
    assertThatThrownBy(() -> machines.namespaceLabels("a/b")).isInstanceOf(ClusterException.class);
    assertThat(api.requests()).isEmpty();
  }

  private void refuse(int code, String message) {
    api.server
        .expect()
        .put()
        .withPath(OF_TEAM + "/vm")
        .andReturn(code, new StatusBuilder().withCode(code).withMessage(message).build())
        .once();
  }

  private void answer(String path, int status, Object body) {
    api.server.expect().get().withPath(path).andReturn(status, body).once();
  }

  private static ObjectNode vm() {
    return (ObjectNode)
        MockApiServer.json(
            "{apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: {name: vm, namespace: team}}");
  }

  private static String page(String name, String next) {
    return """
    {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineList","metadata":{"continue":"%s"},
     "items":[{"metadata":{"name":"%s","namespace":"team"}}]}
    """
        .formatted(next, name);
  }
}
