package io.vgpusteward.agent.kube;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.kube.Followed.Collection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FollowedTest {
  private static final Pace HASTY =
      new Pace(
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofSeconds(100),
          Duration.ofSeconds(10));

  private final FakeApi server = new FakeApi();
  private final KubeApi api = new KubeApi(server.access(), "m", "test", Duration.ofSeconds(5));
  private final List<Followed> started = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();

  @AfterEach
  void close() {
    started.forEach(Followed::close);
    api.close();
    server.close();
  }

  private Followed follow(Pace pace) {
    Followed followed =
        Followed.start(
            api,
            new Collection("/api/v1/pods", "fieldSelector=spec.nodeName%3Dn1&"),
            object -> object.remove("status"),
            changes::incrementAndGet,
            pace);
    started.add(followed);
    return followed;
  }

  private static String object(String name, int version) {
    return """
    {"metadata":{"name":"%s","namespace":"ns","resourceVersion":"%d","managedFields":[{}]},\
    "status":{"x":1}}\
    """
        .formatted(name, version);
  }

  private static String list(int version, String... objects) {
    return """
    {"apiVersion":"v1","kind":"PodList","metadata":{"resourceVersion":"%d"},"items":[%s]}\
    """
        .formatted(version, String.join(",", objects));
  }

  private static String event(String type, String object) {
    return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
  }

  private static List<String> names(Followed followed) {
    return followed.objects().stream()
        .map(object -> object.path("metadata").path("name").asText())
        .sorted()
        .toList();
  }

  private void awaitNames(Followed followed, String... names) {
    await()
        .atMost(10, SECONDS)
        .untilAsserted(() -> assertThat(names(followed)).containsExactly(names));
  }

  @Test
  void listIsFollowedByItsChanges() throws Exception {
    server.next(200, list(10, object("a", 1), object("b", 2)));
    BlockingQueue<String> watch = server.nextWatch();
    Followed followed = follow(HASTY);
    assertThat(followed.awaitSynced(Duration.ofSeconds(10))).isTrue();
    assertThat(names(followed)).containsExactly("a", "b");
    watch.add(event("ADDED", object("c", 11)));
    watch.add(event("DELETED", object("a", 12)));
    watch.add(event("MODIFIED", object("b", 13)));
    awaitNames(followed, "b", "c");
    ObjectNode kept =
        followed.objects().stream()
            .filter(object -> object.path("metadata").path("name").asText().equals("b"))
            .findFirst()
            .orElseThrow();
    assertThat(kept.has("status")).isFalse();
    assertThat(kept.path("metadata").has("managedFields")).isFalse();
    assertThat(changes.get()).isEqualTo(4);
    assertThat(server.lines().getFirst())
        .isEqualTo("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1&resourceVersion=0");
    assertThat(server.lines().get(1))
        .startsWith(
            "GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1&resourceVersion=10&watch=true"
                + "&allowWatchBookmarks=true&timeoutSeconds=1");
  }

  @Test
  void watchThatEnds_goesOnWhereItWas_aBookmarkCounts() {
    server.next(200, list(10, object("a", 1)));
    BlockingQueue<String> first = server.nextWatch();
    BlockingQueue<String> second = server.nextWatch();
    Followed followed = follow(HASTY);
    first.add(event("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"99\"}}"));
    first.add(FakeApi.END);
    second.add(event("ADDED", object("b", 100)));
    awaitNames(followed, "a", "b");
    assertThat(server.lines()).hasSize(3);
    assertThat(server.lines().get(2)).contains("resourceVersion=99&watch=true");
  }

  @Test
  void versionThatIsGone_isListedAnew_andNotFromMemory() {
    server.next(200, list(10, object("a", 1)));
    BlockingQueue<String> first = server.nextWatch();
    server.next(200, list(50, object("b", 40)));
    BlockingQueue<String> second = server.nextWatch();
    Followed followed = follow(HASTY);
    first.add(event("ERROR", "{\"kind\":\"Status\",\"code\":410,\"message\":\"too old\"}"));
    awaitNames(followed, "b");
    second.add(event("ADDED", object("c", 51)));
    awaitNames(followed, "b", "c");
    assertThat(server.lines().get(2)).endsWith("&resourceVersion=");
    assertThat(server.lines().get(3)).contains("resourceVersion=50&watch=true");
  }

  @Test
  void watchThatIsRefusedAsGone_isListedAnew() {
    server.next(200, list(10, object("a", 1)));
    server.next(410, "{\"message\":\"too old\"}");
    server.next(200, list(50, object("b", 40)));
    server.nextWatch();
    awaitNames(follow(HASTY), "b");
  }

  @Test
  void refusal_isAProblem_untilItWorks() throws Exception {
    server.next(403, "{\"message\":\"pods is forbidden\"}");
    server.next(403, "{\"message\":\"pods is forbidden\"}");
    Pace slow =
        new Pace(
            Duration.ofMillis(400),
            Duration.ofMillis(400),
            Duration.ofSeconds(1),
            Duration.ofSeconds(100),
            Duration.ofSeconds(10));
    Followed followed = follow(slow);
    await()
        .atMost(10, SECONDS)
        .untilAsserted(() ->
            assertThat(followed.problem()).contains("GET /api/v1/pods: 403: pods is forbidden"));
    assertThat(followed.isSynced()).isFalse();
    server.next(200, list(10, object("a", 1)));
    server.nextWatch();
    assertThat(followed.awaitSynced(Duration.ofSeconds(10))).isTrue();
    await().atMost(10, SECONDS).untilAsserted(() -> assertThat(followed.problem()).isEmpty());
  }

  @Test
  void kindThatTheServerDoesNotKnow_isEmpty_untilItDoes() throws Exception {
    server.next(404, "404 page not found");
    Followed followed = follow(HASTY);
    assertThat(followed.awaitSynced(Duration.ofSeconds(10))).isTrue();
    server.next(200, list(10, object("a", 1)));
    server.nextWatch();
    awaitNames(followed, "a");
  }

  @Test
  void silentWatch_isBegunAgain() {
    Pace impatient =
        new Pace(
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofSeconds(100),
            Duration.ofSeconds(1));
    server.next(200, list(10, object("a", 1)));
    server.nextWatch();
    BlockingQueue<String> second = server.nextWatch();
    Followed followed = follow(impatient);
    second.add(event("ADDED", object("b", 11)));
    awaitNames(followed, "a", "b");
    assertThat(server.lines().get(2)).contains("resourceVersion=10&watch=true");
  }

  @Test
  void serverThatIsAway_leavesWhatWasSeen() throws Exception {
    server.next(200, list(10, object("a", 1)));
    Followed followed = follow(HASTY);
    assertThat(followed.awaitSynced(Duration.ofSeconds(10))).isTrue();
    await().atMost(10, SECONDS).untilAsserted(() -> assertThat(followed.problem()).isPresent());
    assertThat(names(followed)).containsExactly("a");
  }

  @Test
  void waitForWhatNeverComes_ends() throws Exception {
    server.next(403, "{}");
    assertThat(follow(HASTY).awaitSynced(Duration.ofMillis(50))).isFalse();
  }
}
