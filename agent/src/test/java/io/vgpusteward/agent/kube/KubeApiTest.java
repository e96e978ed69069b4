package io.vgpusteward.agent.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KubeApiTest {
  private static final ObjectNode OBJECT = JsonNodeFactory.instance.objectNode().put("a", 1);

  private final FakeApi server = new FakeApi();
  private final KubeApi api =
      new KubeApi(server.access(), "the-manager", "test/1", Duration.ofSeconds(5));

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  @Test
  void get_givesTheObject_andNothingForOneThatIsNotThere() throws Exception {
    server.next(200, "{\"kind\":\"Node\"}");
    server.next(404, "{\"kind\":\"Status\",\"message\":\"no such\"}");
    assertThat(api.get("/api/v1/nodes/n1").orElseThrow().path("kind").asText()).isEqualTo("Node");
    assertThat(api.get("/api/v1/nodes/n2")).isEqualTo(Optional.empty());
    assertThat(server.asked)
        .allSatisfy(asked -> assertThat(asked.authorization()).isEqualTo("Bearer the-token"));
  }

  @Test
  void apply_names_the_manager_and_takes_fields_over() throws Exception {
    server.next(200, "{}");
    server.next(201, "{}");
    api.apply("/api/v1/nodes/n1", OBJECT);
    api.apply("/api/v1/nodes/n1/status?x=y", OBJECT);
    assertThat(server.lines())
        .containsExactly(
            "PATCH /api/v1/nodes/n1?force=true&fieldManager=the-manager",
            "PATCH /api/v1/nodes/n1/status?x=y&force=true&fieldManager=the-manager");
    assertThat(server.asked)
        .allSatisfy(asked -> {
          assertThat(asked.contentType()).isEqualTo("application/apply-patch+yaml");
          assertThat(asked.body()).isEqualTo("{\"a\":1}");
        });
  }

  @Test
  void merge_create_and_delete_say_what_they_are() throws Exception {
    server.next(200, "{}");
    server.next(201, "{\"made\":true}");
    server.next(200, "{}");
    server.next(404, "{}");
    api.merge("/api/v1/nodes/n1", OBJECT);
    assertThat(api.create("/api/v1/namespaces/default/events", OBJECT).path("made").asBoolean())
        .isTrue();
    assertThat(api.delete("/a/b")).isTrue();
    assertThat(api.delete("/a/b")).isFalse();
    assertThat(server.asked.get(0).contentType()).isEqualTo("application/merge-patch+json");
    assertThat(server.asked.get(1).contentType()).isEqualTo("application/json");
    assertThat(server.lines().get(2)).isEqualTo("DELETE /a/b");
  }

  @Test
  void refusal_hasTheStatusAndTheWordsOfTheServer_andNoToken() {
    server.next(403, "{\"message\":\"nodes is forbidden\"}");
    assertThatThrownBy(() -> api.get("/api/v1/nodes?limit=1"))
        .isInstanceOfSatisfying(
            KubeException.class,
            e -> {
              assertThat(e.status()).isEqualTo(403);
              assertThat(e).hasMessage("GET /api/v1/nodes: 403: nodes is forbidden");
            });
  }

  @Test
  void answers_that_are_no_objects_are_failures() {
    server.next(200, "[1]");
    assertThatThrownBy(() -> api.get("/x")).hasMessageContaining("not answered with an object");
    server.next(200, "{broken");
    assertThatThrownBy(() -> api.get("/x")).hasMessageContaining("not answered with an object");
    server.next(500, "plain words");
    assertThatThrownBy(() -> api.get("/x")).hasMessage("GET /x: 500");
  }

  @Test
  void silence_endsAfterThePatience_andTheNextRequestGoesThrough() throws Exception {
    try (KubeApi hasty = new KubeApi(server.access(), "m", "test", Duration.ofMillis(300))) {
      var held = server.nextWatch();
      held.add("{");
      assertThatThrownBy(() -> hasty.get("/slow"))
          .isInstanceOfSatisfying(KubeException.class, e -> assertThat(e.isUnreachable()).isTrue())
          .hasMessageContaining("no answer within 0.3 s");
      server.next(200, "{}");
      assertThat(hasty.get("/fast")).isPresent();
      held.add(FakeApi.END);
    }
  }

  @Test
  void serverThatIsNotThere_isSaidSo() {
    server.close();
    assertThatThrownBy(() -> api.get("/x"))
        .isInstanceOf(KubeException.class)
        .hasMessageContaining("the API server at http://127.0.0.1:")
        .hasMessageContaining("ConnectException");
  }

  @Test
  void closedClient_asksNothing() {
    api.close();
    assertThatThrownBy(() -> api.get("/x")).hasMessageContaining("closed");
    assertThat(server.asked).isEmpty();
  }
}
