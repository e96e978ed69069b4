package io.vgpusteward.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.advertised.Cause;
import io.vgpusteward.agent.advertised.Restarted;
import io.vgpusteward.agent.advertised.VirtHandler;
import io.vgpusteward.agent.kube.KubeApi;
import io.vgpusteward.agent.kube.Kubeconfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events on a Node, and the restart of virt-handler. */
final class NodeWritesTest {
  private static final String EVENTS = "/api/v1/namespaces/default/events";
  private static final String NODE = "/api/v1/nodes/n1";
  private static final String POD = "/api/v1/namespaces/kubevirt/pods/virt-handler-1";
  private static final VirtHandler HANDLER =
      new VirtHandler("kubevirt", "virt-handler-1", "the-uid", Optional.empty());

  @TempDir private Path folder;
  private final ApiServer api = new ApiServer();
  private Instant now = Instant.parse("2026-11-21T10:00:00.5Z");
  private ObjectStore store = new FolderStore(Path.of("/nonexistent"));

  @BeforeEach
  void begin() throws IOException {
    store =
        new LiveStore(
            new KubeApi(
                Kubeconfig.find(Optional.of(api.kubeconfig(folder)), Optional.empty(), Map.of())
                    .orElseThrow(),
                "manager",
                "test",
                Duration.ofSeconds(5)));
    api.put(NODE, object("n1", "node-uid"));
    api.put(POD, object("virt-handler-1", "the-uid"));
  }

  @AfterEach
  void end() {
    store.close();
    api.close();
  }

  private static ObjectNode object(String name, String uid) {
    ObjectNode object = new ObjectMapper().createObjectNode();
    object.putObject("metadata").put("name", name).put("uid", uid);
    return object;
  }

  private NodeEvents events() {
    InstantSource clock = () -> now;
    return new NodeEvents(store, "n1", clock);
  }

  private List<ObjectNode> stored() {
    return api.all(EVENTS);
  }

  @Test
  void event_isWhereDescribeNodeLooks() throws Exception {
    events().record(true, "Reason", "what happened");
    assertThat(stored())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("Node");
          assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("n1");
          assertThat(event.path("type").asText()).isEqualTo("Warning");
          assertThat(event.path("firstTimestamp").asText()).isEqualTo("2026-11-21T10:00:00Z");
        });
  }

  @Test
  void sameEvent_isCounted_anotherIsNot() throws Exception {
    events().record(true, "Reason", "what happened");
    now = now.plusSeconds(60);
    events().record(true, "Reason", "what happened");
    events().record(false, "Reason", "what happened");
    assertThat(stored()).hasSize(2);
    JsonNode counted =
        stored().stream()
            .filter(event -> event.path("type").asText().equals("Warning"))
            .findFirst()
            .orElseThrow();
    assertThat(counted.path("count").asInt()).isEqualTo(2);
    assertThat(counted.path("lastTimestamp").asText()).isEqualTo("2026-11-21T10:01:00Z");
    assertThat(counted.path("firstTimestamp").asText()).isEqualTo("2026-11-21T10:00:00Z");
  }

  @Test
  void longEvent_isCut_andOneThatIsRefused_isLost() throws Exception {
    events().record(true, "Reason", "x".repeat(2000));
    assertThat(stored().getFirst().path("message").asText()).hasSize(1024).endsWith("…");
    api.setAway(true);
    events().record(true, "Reason", "another");
    api.setAway(false);
    assertThat(stored()).hasSize(1);
  }

  @Test
  void restart_remembers_deletesThePodItMeans_andSaysSo() {
    VirtHandlerRestart restart = new VirtHandlerRestart(store, events(), "n1");
    Restarted record =
        new Restarted(Instant.parse("2026-11-21T10:00:00Z"), Cause.Kind.ScannedTooEarly, "0f3a");
    restart.remember(record);
    assertThat(restart.delete(HANDLER)).isTrue();
    assertThat(restart.delete(HANDLER)).as("it is gone").isFalse();
    restart.say("restarted it");
    String annotation =
        api.get(NODE)
            .orElseThrow()
            .path("metadata")
            .path("annotations")
            .path(Restarted.ANNOTATION)
            .asText();
    assertThat(Restarted.parse(annotation)).contains(record);
    assertThat(api.get(POD)).isEmpty();
    assertThat(stored().getFirst().path("reason").asText()).isEqualTo("RestartedVirtHandler");
  }

  @Test
  void podOfTheSameNameThatIsAnother_stays() {
    api.put(POD, object("virt-handler-1", "its-successor"));
    assertThat(new VirtHandlerRestart(store, events(), "n1").delete(HANDLER)).isFalse();
    assertThat(api.get(POD)).isPresent();
  }

  @Test
  void restartThatCannotBeRemembered_isNotDone() {
    api.setAway(true);
    assertThatThrownBy(() ->
            new VirtHandlerRestart(store, events(), "n1")
                .remember(new Restarted(now, Cause.Kind.ScannedTooEarly, "0f3a")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("503: the API server is away");
  }
}
