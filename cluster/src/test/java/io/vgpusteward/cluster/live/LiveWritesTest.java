package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.EventTarget;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretObject.Owner;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.SecretStore.ConflictException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a LiveCluster writes. */
@Timeout(60)
class LiveWritesTest {
  private static final String SECRETS = "/api/v1/namespaces/team/secrets";
  private static final String EVENTS = "/api/v1/namespaces/team/events";
  private static final GuestKey GUEST = new GuestKey(GuestKey.Kind.VirtualMachine, "team", "vm");

  private final MockApiServer api = new MockApiServer();
  private final KubernetesClient client = api.client();
  private final SecretStore secrets = new LiveSecretStore(new Api(client));
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
  private final LiveEventSink events = new LiveEventSink(new Api(client), now::get, "pod-1");

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void secret_isCreatedReadAndReplaced() throws Exception {
    assertThat(secrets.get("team", "mine")).isEmpty();
    SecretObject created = secrets.create(secret("mine", "v1"));
    assertThat(created.uid()).isNotEmpty();
    SecretObject read = secrets.get("team", "mine").orElseThrow();
    assertThat(read.owners())
        .containsExactly(new Owner("kubevirt.io/v1", "VirtualMachine", "vm", "u"));
    assertThat(read.data().get("userdata")).asString().isEqualTo("v1");
    SecretObject replaced = secrets.replace(with(read, "v2"));
    assertThat(replaced.resourceVersion()).isNotEqualTo(read.resourceVersion());
    assertThat(stored("mine").at("/data/userdata").asText()).isEqualTo("djI=");
  }

  @Test
  void replace_keepsWhatElseTheSecretCarries() throws Exception {
    api.create(
        SECRETS,
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: mine
          namespace: team
          annotations: {note: stays}
          ownerReferences: [{apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: vm, uid: u, controller: true}]
        type: example.com/own
        data: {old: YQ==}
        """);
    secrets.replace(with(secrets.get("team", "mine").orElseThrow(), "v2"));
    JsonNode stored = stored("mine");
    assertThat(stored.at("/metadata/annotations/note").asText()).isEqualTo("stays");
    assertThat(stored.at("/metadata/ownerReferences/0/controller").asBoolean()).isTrue();
    assertThat(stored.path("type").asText()).isEqualTo("example.com/own");
    assertThat(stored.path("data").properties()).hasSize(1);
  }

  @Test
  void writes_thatSomebodyElsePreceded_conflict() {
    SecretObject first = secrets.create(secret("mine", "v1"));
    assertThatThrownBy(() -> secrets.create(secret("mine", "v2")))
        .isInstanceOf(ConflictException.class);
    secrets.replace(with(first, "v2"));
    assertThatThrownBy(() -> secrets.replace(with(first, "v3")))
        .isInstanceOf(ConflictException.class);
    secrets.delete(secrets.get("team", "mine").orElseThrow());
    assertThat(secrets.get("team", "mine")).isEmpty();
    secrets.delete(first);
    assertThatThrownBy(() -> secrets.replace(first)).isInstanceOf(ConflictException.class);
  }

  @ParameterizedTest
  @CsvSource({"409, has changed", "404, has gone"})
  void replace_thatLosesARace_conflicts(int code, String message) {
    SecretObject first = secrets.create(secret("mine", "v1"));
    api.server
        .expect()
        .put()
        .withPath(SECRETS + "/mine")
        .andReturn(code, new StatusBuilder().withCode(code).build())
        .once();
    assertThatThrownBy(() -> secrets.replace(with(first, "v2")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(message);
  }

  @Test
  void delete_namesUidAndVersion_andConflicts() throws Exception {
    SecretObject first = secrets.create(secret("mine", "v1"));
    api.server
        .expect()
        .delete()
        .withPath(SECRETS + "/mine")
        .andReturn(409, new StatusBuilder().withCode(409).build())
        .once();
    assertThatThrownBy(() -> secrets.delete(first)).isInstanceOf(ConflictException.class);
    JsonNode options =
        new ObjectMapper().readTree(api.server.getLastRequest().getBody().readUtf8());
    assertThat(options.at("/preconditions/uid").asText()).isEqualTo(first.uid());
    assertThat(options.at("/preconditions/resourceVersion").asText())
        .isEqualTo(first.resourceVersion());
  }

  @Test
  void refusals_areErrorsWithoutTheServersWords() {
    api.server
        .expect()
        .post()
        .withPath(SECRETS)
        .andReturn(
            422,
            new StatusBuilder()
                .withCode(422)
                .withReason("Invalid")
                .withMessage("data: Invalid value: hunter2")
                .build())
        .once();
    assertThatThrownBy(() -> secrets.create(secret("mine", "hunter2")))
        .isInstanceOf(ClusterException.class)
        .isNotInstanceOf(ConflictException.class)
        .hasMessage("POST " + SECRETS + ": HTTP 422 Invalid")
        .hasNoCause();
    api.server.expect().get().withPath(SECRETS + "/odd").andReturn(200, "no JSON hunter2").once();
    assertThatThrownBy(() -> secrets.get("team", "odd"))
        .hasMessage("GET " + SECRETS + "/odd: the answer is no JSON")
        .hasNoCause();
    assertThatThrownBy(() -> secrets.get("team", "../x")).isInstanceOf(ClusterException.class);
    api.server.destroy();
    assertThatThrownBy(() -> secrets.get("team", "mine"))
        .isInstanceOf(ClusterException.class)
        .hasMessageEndingWith("no answer");
  }

  @Test
  void event_isOneObject_howeverOftenItHappens() throws Exception {
    for (int i = 0; i < 10; i++) {
      events.record(GUEST, "u1", EventSink.Type.Warning, "LicenseMissing", "no licence");
    }
    JsonNode event = onlyEvent();
    assertThat(event.path("count").asInt()).isEqualTo(1);
    assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("u1");
    assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("VirtualMachine");
    assertThat(event.path("type").asText()).isEqualTo("Warning");
    assertThat(event.path("reason").asText()).isEqualTo("LicenseMissing");
    assertThat(event.path("reportingInstance").asText()).isEqualTo("pod-1");
    assertThat(writes()).isEqualTo(1);

    now.updateAndGet(time -> time.plus(Duration.ofMinutes(6)));
    events.record(GUEST, "u1", EventSink.Type.Warning, "LicenseMissing", "no licence");
    event = onlyEvent();
    assertThat(event.path("count").asInt()).isEqualTo(11);
    assertThat(event.path("firstTimestamp").asText()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(event.path("lastTimestamp").asText()).isEqualTo("2026-11-21T10:06:00Z");
  }

  @Test
  void event_ofAnotherReplica_isCounted() throws Exception {
    events.record(GUEST, "u1", EventSink.Type.Normal, "LicenseWritten", "n");
    new LiveEventSink(new Api(client), now::get, "pod-2")
        .record(GUEST, "u1", EventSink.Type.Normal, "LicenseWritten", "n");
    assertThat(onlyEvent().path("count").asInt()).isEqualTo(2);
  }

  @Test
  void event_onAKubeVirt_isAboutIt() throws Exception {
    events.record(
        new EventTarget("KubeVirt", "team", "kubevirt", "u9"), EventSink.Type.Warning, "R", "n");
    assertThat(onlyEvent().path("involvedObject").toString())
        .isEqualTo(
            "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"KubeVirt\",\"name\":\"kubevirt\","
                + "\"namespace\":\"team\",\"uid\":\"u9\"}");
  }

  @Test
  void events_thatDiffer_areSeveral_andLongNotesAreCut() throws Exception {
    events.record(GUEST, "u1", EventSink.Type.Normal, "A", "n");
    events.record(GUEST, "u1", EventSink.Type.Normal, "B", "n");
    events.record(GUEST, "u2", EventSink.Type.Normal, "B", "n");
    events.record(GUEST, "u2", EventSink.Type.Normal, "B", "x".repeat(2000));
    JsonNode all = new ObjectMapper().readTree(client.raw(EVENTS)).path("items");
    assertThat(all).hasSize(4).allMatch(event -> event.path("message").asText().length() <= 1024);
  }

  @Test
  void event_thatCannotBeWritten_doesNotThrow() {
    api.server
        .expect()
        .post()
        .withPath(EVENTS)
        .andReturn(403, new StatusBuilder().withCode(403).build())
        .once();
    events.record(GUEST, "u1", EventSink.Type.Normal, "A", "n");
    events.record(
        new GuestKey(GuestKey.Kind.VirtualMachine, "../x", "vm"),
        "u",
        EventSink.Type.Normal,
        "A",
        "n");
    assertThat(api.server.getRequestCount()).isEqualTo(1);
  }

  private long writes() throws Exception {
    return api.requests().stream().filter(request -> !request.startsWith("GET")).count();
  }

  private JsonNode onlyEvent() throws Exception {
    JsonNode items = new ObjectMapper().readTree(client.raw(EVENTS)).path("items");
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  private JsonNode stored(String name) throws Exception {
    return new ObjectMapper().readTree(client.raw(SECRETS + "/" + name));
  }

  private static SecretObject secret(String name, String value) {
    return with(
        new SecretObject(
            "team",
            name,
            "",
            "",
            Map.of("l", "yes"),
            List.of(new Owner("kubevirt.io/v1", "VirtualMachine", "vm", "u")),
            Map.of()),
        value);
  }

  private static SecretObject with(SecretObject secret, String value) {
    return new SecretObject(
        secret.namespace(),
        secret.name(),
        secret.uid(),
        secret.resourceVersion(),
        secret.labels(),
        secret.owners(),
        Map.of("userdata", value.getBytes(StandardCharsets.UTF_8)));
  }
}
