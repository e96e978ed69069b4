package io.vgpusteward.extender.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.Scene;
import io.vgpusteward.extender.placement.PlacementSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The protocol, on a real server; TLS is the server module's. */
@ExtendWith(VertxExtension.class)
class ExtenderRoutesTest {
  private static final int MAX_BODY = 4 * 1024 * 1024;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> VERBS = List.of("filter", "prioritize", "preempt");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ClusterView view =
      new Scene().node("good", "L40S-24Q").node("other", "L40S-12Q").launcher("good").view();
  private boolean broken;
  private WebClient client;
  private int port;

  @BeforeEach
  void serve(Vertx vertx) throws Exception {
    Router router = Router.router(vertx);
    new ExtenderRoutes(
            this::view, PlacementSettings.defaults(), MAX_BODY, meters, InstantSource.system())
        .mount(router);
    HttpServer server = get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    port = server.actualPort();
    client = WebClient.create(vertx);
  }

  @Test
  void filter_byName() throws Exception {
    JsonNode answer = post("filter", args("L40S-24Q", "\"NodeNames\":[\"other\",\"good\"]"));
    assertThat(answer.fieldNames())
        .toIterable()
        .containsExactly("NodeNames", "FailedAndUnresolvableNodes");
    assertThat(answer.path("NodeNames").toString()).isEqualTo("[\"good\"]");
    assertThat(answer.path("FailedAndUnresolvableNodes").path("other").asText())
        .contains("L40S-12Q");
    assertThat(counted("filter", "Fits")).isEqualTo(1);
    assertThat(counted("filter", "Lacks")).isEqualTo(1);
    assertThat(timed("filter", "answered")).isEqualTo(1);
  }

  @Test
  void filter_byFullNodes() throws Exception {
    String good = "{\"metadata\":{\"name\":\"good\"},\"spec\":{\"x\":1.0}}";
    JsonNode answer =
        post(
            "filter",
            args(
                "L40S-24Q",
                "\"Nodes\":{\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"other\"}},"
                    + good
                    + "]}"));
    assertThat(answer.path("Nodes").path("items").toString()).isEqualTo("[" + good + "]");
    assertThat(answer.path("FailedAndUnresolvableNodes").fieldNames())
        .toIterable()
        .containsExactly("other");
    assertThat(answer.has("NodeNames")).isFalse();
  }

  @Test
  void prioritize_givesEachNodeAScoreOnce() throws Exception {
    assertThat(
            post(
                    "prioritize",
                    args("L40S-24Q", "\"NodeNames\":[\"other\",\"good\",\"stranger\",\"good\"]"))
                .toString())
        .isEqualTo(
            "[{\"Host\":\"other\",\"Score\":0},{\"Host\":\"good\",\"Score\":10},"
                + "{\"Host\":\"stranger\",\"Score\":0}]");
  }

  @Test
  void preempt_keepsWhereItHelps() throws Exception {
    assertThat(
            post(
                    "preempt",
                    args(
                        "L40S-24Q",
                        """
                        "NodeNameToMetaVictims":{"good":{"Pods":[{"UID":"v"}],"NumPDBViolations":1},
                        "other":{"Pods":[{"UID":"w"}],"NumPDBViolations":0},"empty":null}\
                        """))
                .toString())
        .isEqualTo(
            """
            {"NodeNameToMetaVictims":{"good":{"Pods":[{"UID":"v"}],"NumPDBViolations":1}}}\
            """);
  }

  @Test
  void preempt_byFullPods_isAnsweredByUid() throws Exception {
    assertThat(
            post(
                    "preempt",
                    args(
                        "L40S-24Q",
                        """
                        "NodeNameToVictims":{"good":{"Pods":[{"metadata":{"name":"p","uid":"v"}}],"NumPDBViolations":0}}\
                        """))
                .toString())
        .isEqualTo(
            """
            {"NodeNameToMetaVictims":{"good":{"Pods":[{"UID":"v"}],"NumPDBViolations":0}}}\
            """);
  }

  @Test
  void podWithoutAVgpu_goesAnywhere() throws Exception {
    String body = "{\"Pod\":" + Scene.plainPod() + ",\"NodeNames\":[\"other\",\"stranger\"]}";
    assertThat(post("filter", body).toString())
        .isEqualTo("{\"NodeNames\":[\"other\",\"stranger\"],\"FailedAndUnresolvableNodes\":{}}");
  }

  @Test
  void namesOfTheLongestKind_areAnswered() throws Exception {
    String name = "n".repeat(253);
    view = new Scene().node(name, "L40S-24Q").view();
    assertThat(
            post("filter", args("L40S-24Q", "\"NodeNames\":[\"" + name + "\"]"))
                .path("NodeNames")
                .path(0)
                .asText())
        .isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | vgpu-steward: the body is empty",
        "nonsense | vgpu-steward: the body is not JSON at line 1, column 1",
        "{} | vgpu-steward: Pod is missing",
        "{\"Pod\":{}} | vgpu-steward: both NodeNames and Nodes are missing",
        "{\"Pod\":{\"spec\":[]},\"NodeNames\":[\"good\"]} | vgpu-steward: the pod's spec is not a mapping",
      })
  void whatCannotBeRead_isAnError(String body, String message) throws Exception {
    JsonNode error = post("filter", body == null ? "" : body);
    assertThat(error.fieldNames()).toIterable().containsExactly("Error");
    assertThat(error.path("Error").asText()).isEqualTo(message);
    assertThat(timed("filter", "failed")).isEqualTo(1);
    assertThat(post("preempt", body == null ? "" : body).toString())
        .isEqualTo("{\"NodeNameToMetaVictims\":{}}");
    assertThat(post("prioritize", body == null ? "" : body)).allMatch(one -> one.has("Host"));
  }

  @Test
  void viewThatIsNotReady_isAnError() throws Exception {
    view = ClusterView.empty(Scene.NOW, List.of("nodes", "pods"));
    String names = args("L40S-24Q", "\"NodeNames\":[\"good\"]");
    assertThat(post("filter", names).toString())
        .isEqualTo("{\"Error\":\"vgpu-steward: not ready, still waiting for nodes, pods\"}");
    assertThat(post("prioritize", names).toString()).isEqualTo("[{\"Host\":\"good\",\"Score\":0}]");
    assertThat(
            post(
                    "preempt",
                    args(
                        "L40S-24Q",
                        "\"NodeNameToMetaVictims\":{\"good\":{\"Pods\":[{\"UID\":\"v\"}]}}"))
                .toString())
        .isEqualTo("{\"NodeNameToMetaVictims\":{}}");
  }

  @Test
  void failure_isAnError_withoutTheDetailsOfIt() throws Exception {
    broken = true;
    assertThat(post("filter", args("L40S-24Q", "\"NodeNames\":[\"good\"]")).toString())
        .isEqualTo("{\"Error\":\"vgpu-steward: it failed; see the log of vgpu-steward\"}");
    assertThat(post("prioritize", args("L40S-24Q", "\"NodeNames\":[\"good\"]")).toString())
        .isEqualTo("[]");
    assertThat(post("preempt", args("L40S-24Q", "\"NodeNameToVictims\":{}")).toString())
        .isEqualTo("{\"NodeNameToMetaVictims\":{}}");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bodyOverTheLimit_isAnError_withTheCure(boolean chunked, Vertx vertx, @TempDir Path folder)
      throws Exception {
    Buffer body = Buffer.buffer("x".repeat(MAX_BODY + 1));
    Path file = Files.write(folder.resolve("body"), body.getBytes());
    for (String verb : VERBS) {
      HttpRequest<Buffer> request = client.post(port, "127.0.0.1", "/scheduler/" + verb);
      HttpResponse<Buffer> answer =
          get(
              chunked
                  ? vertx
                      .fileSystem()
                      .open(file.toString(), new OpenOptions())
                      .compose(request::sendStream)
                  : request.sendBuffer(body));
      assertThat(answer.statusCode()).isEqualTo(200);
      if (verb.equals("filter")) {
        assertThat(JSON.readTree(answer.bodyAsString()).path("Error").asText())
            .isEqualTo(
                "vgpu-steward: the request is over the limit of 4194304 bytes;"
                    + " set nodeCacheCapable, or a higher --extender-max-body");
      }
    }
    assertThat(post("filter", args("L40S-24Q", "\"NodeNames\":[\"good\"]")).has("NodeNames"))
        .isTrue();
  }

  @Test
  void largeBodies_areAnsweredOffTheEventLoop() throws Exception {
    String nodes =
        IntStream.range(0, 400)
            .mapToObj(i ->
                "{\"metadata\":{\"name\":\"n%d\",\"annotations\":{\"a\":\"%s\"}}}"
                    .formatted(i, "x".repeat(7000)))
            .collect(Collectors.joining(","));
    String body = "{\"Pod\":" + Scene.plainPod() + ",\"Nodes\":{\"items\":[" + nodes + "]}}";
    assertThat(body.length()).isGreaterThan(ExtenderRoutes.LOOP_BYTES);
    assertThat(post("filter", body).path("Nodes").path("items").toString())
        .isEqualTo("[" + nodes + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "HEAD"})
  void otherMethods_areRefused(String method) throws Exception {
    for (String verb : VERBS) {
      HttpResponse<Buffer> answer =
          get(
              client
                  .request(HttpMethod.valueOf(method), port, "127.0.0.1", "/scheduler/" + verb)
                  .send());
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.getHeader("Allow")).isEqualTo("POST");
    }
  }

  @Test
  void otherPaths_areNotThere() throws Exception {
    for (String path : List.of("/", "/scheduler/bind", "/filter", "/scheduler/filter/x")) {
      assertThat(get(client.post(port, "127.0.0.1", path).send()).statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain", "application/json; charset=utf-8", ""})
  void contentType_doesNotMatter(String type) throws Exception {
    HttpRequest<Buffer> request = client.post(port, "127.0.0.1", "/scheduler/filter");
    if (!type.isEmpty()) {
      request.putHeader("Content-Type", type);
    }
    HttpResponse<Buffer> answer =
        get(request.sendBuffer(Buffer.buffer(args("L40S-24Q", "\"NodeNames\":[\"good\"]"))));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/json");
    assertThat(JSON.readTree(answer.bodyAsString()).path("NodeNames")).hasSize(1);
  }

  @Test
  void decision_leavesALineInTheDebugLog() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(Verbs.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.DEBUG);
    try {
      post("filter", args("L40S-24Q", "\"NodeNames\":[\"good\",\"other\",\"x\"]"));
    } finally {
      logger.setLevel(null);
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "filter pod team/virt-launcher-a (u) on 3 nodes: 1 Fits, 1 Lacks, 1 Unknown");
  }

  /** Bodies that are torn, spliced and bent: none gets anything but an answer of the protocol. */
  @Test
  void garbage_isAnsweredInTheProtocol() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> sound =
        List.of(
            args("L40S-24Q", "\"NodeNames\":[\"good\",\"other\"]"),
            args("L40S-24Q", "\"Nodes\":{\"items\":[{\"metadata\":{\"name\":\"good\"}}]}"),
            args(
                "L40S-24Q",
                "\"NodeNameToMetaVictims\":{\"good\":{\"Pods\":[{\"UID\":\"v\"}],\"NumPDBViolations\":1}}"),
            args(
                "L40S-24Q",
                "\"NodeNameToVictims\":{\"good\":{\"Pods\":[{\"metadata\":{\"uid\":\"v\"}}]}}"));
    for (int i = 0; i < 600; i++) {
      String verb = VERBS.get(random.nextInt(VERBS.size()));
      byte[] body = Garbage.of(random, sound);
      HttpResponse<Buffer> answer = send(verb, Buffer.buffer(body));
      String what =
          "seed " + seed + ", " + verb + " of " + new String(body, StandardCharsets.UTF_8);
      assertThat(answer.statusCode()).as(what).isEqualTo(200);
      JsonNode json = JSON.readTree(answer.bodyAsString());
      switch (verb) {
        case "filter" -> {
          boolean hasNodes = json.has("NodeNames") || json.has("Nodes");
          assertThat(json.has("Error")).as(what).isNotEqualTo(hasNodes);
          assertThat(json.has("FailedNodes")).as(what).isFalse();
        }
        case "prioritize" -> {
          assertThat(json.isArray()).as(what).isTrue();
          assertThat(json)
              .as(what)
              .allMatch(one ->
                  !one.path("Host").asText().isEmpty()
                      && one.path("Score").isInt()
                      && one.path("Score").intValue() >= 0
                      && one.path("Score").intValue() <= 10);
        }
        default ->
            assertThat(json.path("NodeNameToMetaVictims"))
                .as(what)
                .allMatch(victims ->
                    !victims.path("Pods").isEmpty()
                        && !victims.path("Pods").path(0).path("UID").asText().isEmpty());
      }
    }
  }

  private ClusterView view() {
    if (broken) {
      throw new IllegalStateException("hunter2");
    }
    return view;
  }

  private static String args(String profile, String rest) {
    return "{\"Pod\":" + Scene.pod(profile) + "," + rest + "}";
  }

  private JsonNode post(String verb, String body) throws Exception {
    HttpResponse<Buffer> answer = send(verb, Buffer.buffer(body));
    assertThat(answer.statusCode()).isEqualTo(200);
    return JSON.readTree(answer.bodyAsString());
  }

  private HttpResponse<Buffer> send(String verb, Buffer body) throws Exception {
    return get(
        client
            .post(port, "127.0.0.1", "/scheduler/" + verb)
            .putHeader("Content-Type", "application/json")
            .sendBuffer(body));
  }

  private double counted(String verb, String verdict) {
    return meters
        .get("vgpu_steward_extender_verdicts")
        .tag("verb", verb)
        .tag("verdict", verdict)
        .counter()
        .count();
  }

  private long timed(String verb, String outcome) {
    return meters
        .get("vgpu_steward_extender_duration")
        .tag("verb", verb)
        .tag("outcome", outcome)
        .timer()
        .count();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
