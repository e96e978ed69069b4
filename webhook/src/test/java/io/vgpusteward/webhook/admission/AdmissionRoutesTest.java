package io.vgpusteward.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Instancetypes;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire, on a real server; TLS is the server module's. */
@ExtendWith(VertxExtension.class)
class AdmissionRoutesTest {
  private static final String VMS = "/mutate/virtualmachines";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ClusterView view = readyView();
  private WebClient client;
  private int port;

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    Router router = Router.router(vertx);
    new AdmissionRoutes(
            Endpoints.of(AdmissionSettings.defaults(), "vgpu-steward"), () -> view, meters)
        .mount(router);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    port = server.actualPort();
    client = WebClient.create(vertx);
  }

  @Test
  void vmThatAsksForAVgpu_getsAPatch_itsUidEchoed() throws Exception {
    JsonNode review = body(post(VMS, review("annotated.yaml").toString()));

    assertThat(review.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
    assertThat(review.path("kind").asText()).isEqualTo("AdmissionReview");
    JsonNode response = review.path("response");
    assertThat(response.path("uid").asText()).isEqualTo("11111111-2222");
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    JsonNode patch = JSON.readTree(Base64.getDecoder().decode(response.path("patch").asText()));
    assertThat(patch.findValuesAsText("op")).containsOnly("add");
    assertThat(response.path("auditAnnotations").path("devices").asText())
        .isEqualTo("hostDevices vgpu0");
    assertThat(
            meters
                .get("vgpu_steward_admission_duration")
                .tag("path", VMS)
                .tag("verdict", "patched")
                .timer()
                .count())
        .isEqualTo(1);
  }

  @Test
  void dryRun_isAnsweredLikeAnyOther_sinceNoReviewWrites() throws Exception {
    ObjectNode dry = review("annotated.yaml");
    ((ObjectNode) dry.path("request")).put("dryRun", true);

    assertThat(body(post(VMS, dry.toString())))
        .isEqualTo(body(post(VMS, review("annotated.yaml").toString())));
  }

  @Test
  void vmWithoutAVgpu_isAllowedWithoutAPatch() throws Exception {
    JsonNode response = body(post(VMS, review("plain.yaml").toString())).path("response");

    assertThat(response)
        .isEqualTo(JSON.readTree("{\"uid\": \"11111111-2222\", \"allowed\": true}"));
  }

  @Test
  void refusal_isAnAnswer_withCodeReasonAndMessage() throws Exception {
    ObjectNode review = review("annotated.yaml");
    ((ObjectNode) review.at("/request/object/metadata/annotations"))
        .put("vgpu-steward.io/profile", "nonsense");

    HttpResponse<Buffer> answer = post(VMS, review.toString());

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode response = body(answer).path("response");
    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("code").asInt()).isEqualTo(422);
    assertThat(response.path("status").path("reason").asText()).isEqualTo("Invalid");
    assertThat(response.path("status").path("message").asText())
        .startsWith("metadata.annotations[vgpu-steward.io/profile]");
  }

  @Test
  void malformedObject_isAnAnswerOfCode400_namingTheField() throws Exception {
    ObjectNode review = review("annotated.yaml");
    ((ObjectNode) review.at("/request/object/spec/template/spec")).put("volumes", "none");

    JsonNode response = body(post(VMS, review.toString())).path("response");

    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("code").asInt()).isEqualTo(400);
    assertThat(response.path("status").path("message").asText())
        .isEqualTo("spec.template.spec.volumes must be a list");
  }

  @ParameterizedTest
  @CsvSource({
    "object, CREATE, request.object must be an object",
    "oldObject, UPDATE, request.oldObject must be an object in an UPDATE",
    "kind, CREATE, request.kind.kind must be VirtualMachine at this path"
  })
  void reviewWithoutWhatItNeeds_isAnAnswerOfCode400(String member, String operation, String message)
      throws Exception {
    ObjectNode review = review("annotated.yaml");
    ObjectNode request = (ObjectNode) review.path("request");
    request.put("operation", operation);
    request.remove(member);

    JsonNode response = body(post(VMS, review.toString())).path("response");

    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.path("status").path("message").asText()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({"DELETE, ''", "CONNECT, ''", "UPDATE, status"})
  void whatChangesNoSpec_isAllowed(String operation, String subResource) throws Exception {
    ObjectNode review = review("annotated.yaml");
    ((ObjectNode) review.path("request"))
        .put("operation", operation)
        .put("subResource", subResource)
        .putNull("object");

    JsonNode response = body(post(VMS, review.toString())).path("response");

    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "5",
        "{}",
        "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\"}",
        "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\"}",
        "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{}}"
      })
  void whatIsNoReview_isHttp400_asAStatus(String body) throws Exception {
    assertFailure(post(VMS, body), 400, "BadRequest");
  }

  @Test
  void otherContentType_is415() throws Exception {
    HttpResponse<Buffer> answer =
        await(
            client
                .post(port, "127.0.0.1", VMS)
                .putHeader("Content-Type", "application/yaml")
                .sendBuffer(Buffer.buffer("a: b")));

    assertFailure(answer, 415, "UnsupportedMediaType");
  }

  @Test
  void bodyOverTheLimit_is413_andOneJustUnderItIsWorkedOn() throws Exception {
    int limit = 3 * 1024 * 1024;

    assertFailure(post(VMS, " ".repeat(limit + 1)), 413, "RequestEntityTooLarge");
    String review = review("plain.yaml").toString();
    assertThat(post(VMS, review + " ".repeat(limit - review.length())).statusCode()).isEqualTo(200);
  }

  @Test
  void unknownPath_is404_andAnotherMethod405() throws Exception {
    assertFailure(post("/mutate/pods", "{}"), 404, "NotFound");
    HttpResponse<Buffer> get = await(client.request(HttpMethod.GET, port, "127.0.0.1", VMS).send());
    assertFailure(get, 405, "MethodNotAllowed");
    assertThat(get.getHeader("Allow")).isEqualTo("POST");
  }

  @Test
  void reviewWhoseDeadlineIsPast_isNotWorkedOn() throws Exception {
    String review = review("annotated.yaml").toString();

    assertFailure(post(VMS + "?timeout=0s", review), 504, "Timeout");
    assertFailure(post(VMS + "?timeout=soon", review), 400, "BadRequest");
    assertThat(post(VMS + "?timeout=10s", review).statusCode()).isEqualTo(200);
  }

  @Test
  void viewThatIsNotReady_is503_sayingWhatIsMissing() throws Exception {
    view = ClusterView.empty(Instant.EPOCH, List.of("kubevirts"));

    HttpResponse<Buffer> answer = post(VMS, review("annotated.yaml").toString());

    assertFailure(answer, 503, "ServiceUnavailable");
    assertThat(body(answer).path("message").asText()).contains("kubevirts");
  }

  @Test
  void instances_haveAPathOfTheirOwn() throws Exception {
    ObjectNode review = review("bare-instance.yaml");

    JsonNode response =
        body(post("/mutate/virtualmachineinstances", review.toString())).path("response");

    assertThat(response.has("patch")).isTrue();
  }

  @Test
  void warnings_areCutToWhatTheApiServerPassesOn() {
    List<String> warnings = Warnings.withinLimits(Collections.nCopies(40, "w".repeat(1000)));

    assertThat(warnings).hasSize(16).allMatch(warning -> warning.length() == 256);
  }

  @ParameterizedTest
  @CsvSource({
    "10s, 10000",
    "1m30s, 90000",
    "2.5s, 2500",
    "500ms, 500",
    "1h, 3600000",
    "0.25h, 900000"
  })
  void goDurations_areRead(String text, long millis) {
    assertThat(GoDuration.parse(text).orElseThrow().toMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "-1s", "1 s", "s", "1x", "1s,"})
  void otherDurations_areNone(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  private static void assertFailure(HttpResponse<Buffer> answer, int code, String reason)
      throws IOException {
    assertThat(answer.statusCode()).isEqualTo(code);
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/json");
    JsonNode status = body(answer);
    assertThat(status.path("kind").asText()).isEqualTo("Status");
    assertThat(status.path("status").asText()).isEqualTo("Failure");
    assertThat(status.path("code").asInt()).isEqualTo(code);
    assertThat(status.path("reason").asText()).isEqualTo(reason);
    assertThat(status.path("message").asText()).isNotEmpty();
  }

  private HttpResponse<Buffer> post(String path, String body) throws Exception {
    return await(
        client
            .post(port, "127.0.0.1", path)
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer(body)));
  }

  private static HttpResponse<Buffer> await(Future<HttpResponse<Buffer>> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static JsonNode body(HttpResponse<Buffer> answer) throws IOException {
    return JSON.readTree(Objects.requireNonNull(answer.body()).getBytes());
  }

  private static ObjectNode review(String file) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(AdmissionRoutesTest.class.getResourceAsStream("/guests/" + file))) {
      ObjectNode object = (ObjectNode) new YAMLMapper().readTree(in);
      ObjectNode review = JSON.createObjectNode();
      review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
      ObjectNode request = review.putObject("request");
      request.put("uid", "11111111-2222").put("operation", "CREATE").put("namespace", "tenant-a");
      request.putObject("kind").put("kind", object.path("kind").asText());
      request.set("object", object);
      return review;
    }
  }

  private static ClusterView readyView() {
    return new ClusterView(
        Instant.EPOCH,
        List.of(),
        Optional.of(
            new KubeVirt(
                "kubevirt",
                "kubevirt",
                new PermittedDevices(
                    List.of(
                        new PermittedDevice(
                            PermittedDevice.Kind.PCI,
                            "10DE:26B9",
                            new ResourceName("nvidia.com/L40S-24Q"),
                            false))),
                Set.of("HostDevices"),
                Optional.empty())),
        Map.of(),
        Instancetypes.none(),
        Map.of());
  }
}
