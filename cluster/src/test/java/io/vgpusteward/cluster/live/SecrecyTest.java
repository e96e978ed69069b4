package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.file.FileCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever happens: no value of a Secret in logs, exceptions and {@code toString}s. */
@Timeout(60)
class SecrecyTest {
  private static final String VALUE = "hunter2-hunter2-hunter2";
  private static final String ENCODED =
      Base64.getEncoder().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8));
  private static final String WATCH =
      "/api/v1/secrets?allowWatchBookmarks=true&fieldSelector=metadata.name%3Dvgpu-license"
          + "&resourceVersion=7&timeoutSeconds=600&watch=true";
  private static final String LIST =
      "/api/v1/secrets?fieldSelector=metadata.name%3Dvgpu-license&limit=500";

  @TempDir Path folder;
  private final MockApiServer api = new MockApiServer();
  private final Recorder recorder = new Recorder();
  private Appender<ILoggingEvent> console;
  private final List<String> texts = new ArrayList<>();

  @BeforeEach
  void record() {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    recorder.setContext(root.getLoggerContext());
    recorder.start();
    root.addAppender(recorder);
    root.setLevel(Level.DEBUG);
    console = root.getAppender("STDOUT");
    root.detachAppender(console);
  }

  @AfterEach
  void close() {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    api.close();
    root.detachAppender(recorder);
    root.addAppender(console);
    root.setLevel(Level.ERROR);
  }

  @Test
  void liveCluster_tellsNothing_evenOfAnswersThatItCannotRead() throws Exception {
    api.server.expect().get().withPath(LIST).andReturn(200, "{\"items\": " + VALUE).once();
    api.server.expect().get().withPath(LIST).andReturn(200, licenses("7")).always();
    api.server
        .expect()
        .get()
        .withPath(WATCH)
        .andUpgradeToWebSocket()
        .open()
        .waitFor(100)
        .andEmit(
            "{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Secret\",\"data\":" + ENCODED + "}}")
        .done()
        .once();
    api.server
        .expect()
        .get()
        .withPath(WATCH)
        .andUpgradeToWebSocket()
        .open()
        .waitFor(100)
        .andEmit("{\"type\":\"ERROR\",\"object\":{\"unknown\":\"" + VALUE + "\"}}")
        .waitFor(5_000)
        .andEmit("never")
        .done()
        .always();
    LiveCluster cluster = api.cluster();
    cluster.addListener(change -> texts.add(change.toString()));
    await().until(() -> cluster.view().isReady());
    await().until(() -> recorder.has("could not be read"));
    await().until(() -> cluster.licenseSecret("team").isPresent());
    SecretObject license = cluster.licenseSecret("team").orElseThrow();
    assertThat(license.data().get("t.tok")).asString().isEqualTo(VALUE);
    texts.add(license + " " + cluster.view());
    use(cluster.secrets());
    api.server
        .expect()
        .post()
        .withPath("/api/v1/namespaces/team/secrets")
        .andReturn(400, new StatusBuilder().withCode(400).withMessage("bad " + VALUE).build())
        .once();
    failed(() -> cluster.secrets().create(secret("third")));
    // The first list and both of the watches failed by then.
    await().until(() -> recorder.count("Starting watcher for v1/secrets") >= 3);
    nothingWasTold();
  }

  @Test
  void fileCluster_tellsNothing_evenOfBrokenFiles() throws Exception {
    Path file = folder.resolve("license.yaml");
    Files.writeString(file, licenseYaml());
    try (FileCluster cluster =
        FileCluster.open(folder, Duration.ofMillis(20), InstantSource.system())) {
      cluster.addListener(change -> texts.add(change.toString()));
      texts.add(cluster.licenseSecret("team").orElseThrow().toString());
      use(cluster.secrets());
      failed(() -> cluster.secrets().delete(cluster.licenseSecret("team").orElseThrow()));
      for (String broken :
          List.of(
              licenseYaml() + "  x: " + VALUE + ": y\n",
              licenseYaml() + "*" + VALUE,
              licenseYaml().replace(VALUE, "[" + VALUE),
              licenseYaml().replace("stringData: ", "data: "),
              licenseYaml().replace("{t.tok: " + VALUE + "}", VALUE))) {
        Files.writeString(file, licenseYaml());
        await().until(() -> cluster.problems().isEmpty());
        Files.writeString(file, broken);
        await().until(() -> !cluster.problems().isEmpty());
        texts.add(cluster.problems().toString());
        failed(() -> FileCluster.open(folder).close());
      }
    }
    nothingWasTold();
  }

  private void use(SecretStore secrets) {
    SecretObject first = secrets.create(secret("mine"));
    failed(() -> secrets.create(secret("mine")));
    SecretObject second = secrets.replace(first);
    failed(() -> secrets.replace(first));
    failed(
        () -> secrets.delete(new SecretObject("../x", "y", "", "", Map.of(), List.of(), Map.of())));
    secrets.delete(second);
    failed(() -> secrets.replace(second));
    texts.add(first + " " + second + " " + secrets);
  }

  private void failed(Runnable call) {
    Throwable thrown = catchThrowable(call::run);
    if (thrown != null) {
      StringWriter text = new StringWriter();
      thrown.printStackTrace(new PrintWriter(text));
      texts.add(text.toString());
    }
  }

  private void nothingWasTold() {
    assertThat(recorder.events).isNotEmpty();
    assertThat(texts).isNotEmpty();
    texts.addAll(recorder.events);
    assertThat(texts).noneMatch(text -> text.contains("hunter2") || text.contains(ENCODED));
  }

  private static SecretObject secret(String name) {
    return new SecretObject(
        "team",
        name,
        "",
        "",
        Map.of(),
        List.of(),
        Map.of("userdata", VALUE.getBytes(StandardCharsets.UTF_8)));
  }

  private static String licenseYaml() {
    return "apiVersion: v1\nkind: Secret\nmetadata: {name: vgpu-license, namespace: team}\n"
        + "stringData: {t.tok: "
        + VALUE
        + "}\n";
  }

  private static String licenses(String version) {
    return """
    {"apiVersion":"v1","kind":"SecretList","metadata":{"resourceVersion":"%s"},
     "items":[{"apiVersion":"v1","kind":"Secret",
       "metadata":{"name":"vgpu-license","namespace":"team","resourceVersion":"5"},
       "data":{"t.tok":"%s"}}]}
    """
        .formatted(version, ENCODED);
  }

  /** Keeps what is logged, but for the mock API server's own lines. */
  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (!event.getLoggerName().contains(".mock")) {
        events.add(
            event.getLoggerName()
                + " "
                + event.getFormattedMessage()
                + ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }

    boolean has(String text) {
      return count(text) > 0;
    }

    long count(String text) {
      return events.stream().filter(event -> event.contains(text)).count();
    }
  }
}
