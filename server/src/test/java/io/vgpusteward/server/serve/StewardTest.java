package io.vgpusteward.server.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import io.vgpusteward.certs.CertificateAuthority;
import io.vgpusteward.certs.CertificateFiles;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.certs.KeyMaterialException;
import io.vgpusteward.certs.SubjectNames;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.http.ListenException;
import io.vgpusteward.server.http.TlsClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StewardTest {
  private static final HostPort FREE = new HostPort("127.0.0.1", 0);

  @TempDir Path folder;
  private final CertificateAuthority authority =
      CertificateAuthority.create("test CA", InstantSource.system());
  private final List<String> story = new CopyOnWriteArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Promise<String> answer = Promise.promise();
  private Optional<Steward.ExtenderSetup> extender = Optional.empty();
  private final TestCluster cluster = new TestCluster("virtual machines");

  @BeforeEach
  void writePair() throws IOException {
    write(keys());
  }

  @Test
  void start_waitsForTheFirstFullView_withHealthAndMetricsUp() throws Exception {
    try (Steward steward = steward(() -> cluster, FREE)) {
      CompletableFuture<Boolean> started = start(steward);
      await().until(() -> steward.metricsUrl().isPresent());
      await()
          .untilAsserted(() ->
              assertThat(plain(steward, "/readyz"))
                  .isEqualTo(
                      """
                      503
                      [+]shutdown ok
                      [-]cluster-view failed: not seen yet: virtual machines
                      [-]certificate failed: not in use yet
                      [-]listener failed: not listening yet
                      readyz check failed
                      """));
      assertThat(plain(steward, "/livez")).isEqualTo("200\nok\n");
      assertThat(plain(steward, "/metrics")).contains("vgpu_steward_view_age_seconds");
      assertThatThrownBy(steward::url).isInstanceOf(IllegalStateException.class);
      assertThat(story).isEmpty();

      cluster.show();

      assertThat(started.get()).isTrue();
      assertThat(plain(steward, "/readyz")).isEqualTo("200\nok\n");
      try (TlsClient client = client()) {
        assertThat(client.get(steward.url() + "/hello").body()).isEqualTo("hello");
      }
    }
  }

  @Test
  void metrics_tellOfProcessViewCertificateAndVersion() throws Exception {
    cluster.show();
    try (Steward steward = steward(() -> cluster, FREE)) {
      steward.start();
      assertThat(plain(steward, "/metrics"))
          .contains("jvm_memory_used_bytes{", "process_uptime_seconds ", "jvm_gc_")
          .contains("vgpu_steward_build_info{version=\"development\"} 1\n")
          .containsPattern("vgpu_steward_view_age_seconds \\d");
      String expiry =
          plain(steward, "/metrics")
              .lines()
              .filter(line -> line.startsWith("vgpu_steward_certificate_expiry_timestamp_seconds "))
              .findFirst()
              .orElseThrow();
      assertThat(Double.parseDouble(expiry.substring(expiry.indexOf(' '))))
          .isEqualTo((double) keysOnDisk().notAfter().getEpochSecond());
    }
  }

  @Test
  void close_drainsThenStopsControllersInReverse_thenTheCluster() throws Exception {
    cluster.show();
    Steward steward = steward(() -> cluster, FREE);
    assertThat(steward.start()).isTrue();
    assertThat(story).containsExactly("start first", "start second");
    try (TlsClient client = client()) {
      CompletableFuture<HttpResponse<String>> inFlight = client.getAsync(steward.url() + "/wait");
      await().until(() -> waiting.get() == 1);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(steward::close);
      await()
          .untilAsserted(() ->
              assertThat(plain(steward, "/readyz"))
                  .startsWith("503\n[-]shutdown failed: shutting down\n"));
      assertThat(story).hasSize(2);
      answer.complete("done");
      assertThat(inFlight.get().body()).isEqualTo("done");
      closing.get();
    }
    assertThat(story).containsExactly("start first", "start second", "close second", "close first");
    assertThat(cluster.isClosed()).isTrue();
    steward.awaitClose();
    steward.close();
  }

  @Test
  void close_whileItWaitsForTheView_endsTheStart() throws Exception {
    Steward steward = steward(() -> cluster, FREE);
    CompletableFuture<Boolean> started = start(steward);
    await().until(() -> steward.metricsUrl().isPresent());
    steward.close();
    assertThat(started.get()).isFalse();
    assertThat(cluster.isClosed()).isTrue();
    assertThat(story).isEmpty();
  }

  @Test
  void start_whereSomebodyListens_closesWhatItStarted() throws Exception {
    cluster.show();
    try (ServerSocket taken = new ServerSocket(0);
        Steward steward = steward(() -> cluster, FREE.withPort(taken.getLocalPort()))) {
      assertThatThrownBy(steward::start)
          .isInstanceOf(ListenException.class)
          .hasMessageStartingWith("cannot listen on 127.0.0.1:" + taken.getLocalPort());
      assertThat(cluster.isClosed()).isTrue();
      steward.awaitClose();
    }
  }

  @Test
  void start_withAControllerThatFails_closesWhatItStarted() {
    cluster.show();
    Features features =
        new Features(
            List.of(),
            List.of(
                context -> () -> story.add("close first"),
                context -> {
                  throw new ClusterException("no lease for you");
                }));
    try (Steward steward = new Steward(setup(() -> cluster, FREE, features))) {
      assertThatThrownBy(steward::start).hasMessage("no lease for you");
      assertThat(story).containsExactly("close first");
      assertThat(cluster.isClosed()).isTrue();
    }
  }

  @Test
  void start_withAClusterThatDoesNotOpen_fails() {
    Supplier<TestCluster> closed =
        () -> {
          throw new ClusterException("no kubeconfig");
        };
    try (Steward steward = steward(closed, FREE)) {
      assertThatThrownBy(steward::start).hasMessage("no kubeconfig");
    }
  }

  @Test
  void start_withoutAUsablePair_failsBeforeAnythingElse() throws Exception {
    Files.writeString(folder.resolve("tls.key"), "torn");
    try (Steward steward = steward(() -> cluster, FREE)) {
      assertThatThrownBy(steward::start)
          .isInstanceOf(KeyMaterialException.class)
          .hasMessage(folder.resolve("tls.key") + ": no PRIVATE KEY block found");
      assertThat(steward.metricsUrl()).isEmpty();
      assertThat(cluster.isClosed()).isFalse();
    }
  }

  @Test
  void certificate_isServedAnewWhenItsFilesChange() throws Exception {
    cluster.show();
    try (Steward steward = steward(() -> cluster, FREE)) {
      steward.start();
      Files.writeString(folder.resolve("tls.crt"), "torn");
      KeyMaterial renewed = keys();
      write(renewed);
      await()
          .untilAsserted(() -> {
            try (TlsClient client = client()) {
              assertThat(
                      client
                          .get(steward.url() + "/hello")
                          .sslSession()
                          .orElseThrow()
                          .getPeerCertificates()[0])
                  .isEqualTo(renewed.certificate());
            }
          });
    }
  }

  @Test
  void extender_hasAListenerOfItsOwn_forClientsWithACertificate() throws Exception {
    CertificateAuthority scheduler = CertificateAuthority.create("sched", InstantSource.system());
    Path file = Files.writeString(folder.resolve("clients.crt"), scheduler.certificatePem());
    extender =
        Optional.of(
            new Steward.ExtenderSetup(
                FREE, Optional.of(ClientAuthorities.file(file, InstantSource.system()))));
    cluster.show();
    try (Steward steward = steward(() -> cluster, FREE)) {
      assertThat(steward.extenderUrl()).isEmpty();
      steward.start();
      String url = steward.extenderUrl().orElseThrow();
      assertThat(url).isNotEqualTo(steward.url());
      try (TlsClient nobody = client();
          TlsClient known = client(scheduler)) {
        assertThat(nobody.get(steward.url() + "/hello").body()).isEqualTo("hello");
        assertThatThrownBy(() -> nobody.get(url + "/hello")).isInstanceOf(IOException.class);
        assertThat(known.get(url + "/hello").body()).isEqualTo("hello, scheduler");
      }

      CertificateAuthority renewed = CertificateAuthority.create("new", InstantSource.system());
      Files.writeString(file, "torn");
      Files.writeString(file, renewed.certificatePem());
      write(keys());
      await()
          .ignoreExceptions()
          .untilAsserted(() -> {
            try (TlsClient fresh = client(renewed)) {
              assertThat(fresh.get(url + "/hello").body()).isEqualTo("hello, scheduler");
            }
          });
      try (TlsClient late = client(scheduler)) {
        assertThatThrownBy(() -> late.get(url + "/hello")).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void extender_withoutClientCertificates_takesAnybody_andDrainsLikeAdmission() throws Exception {
    extender = Optional.of(new Steward.ExtenderSetup(FREE, Optional.empty()));
    cluster.show();
    Steward steward = steward(() -> cluster, FREE);
    assertThat(steward.start()).isTrue();
    try (TlsClient client = client()) {
      CompletableFuture<HttpResponse<String>> inFlight =
          client.getAsync(steward.extenderUrl().orElseThrow() + "/wait");
      await().until(() -> waiting.get() == 1);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(steward::close);
      await()
          .untilAsserted(() ->
              assertThat(plain(steward, "/readyz"))
                  .startsWith("503\n[-]shutdown failed: shutting down\n"));
      answer.complete("done");
      assertThat(inFlight.get().body()).isEqualTo("done");
      closing.get();
    }
  }

  @Test
  void extender_withoutAUsableAuthority_failsBeforeAnythingElse() {
    Path file = folder.resolve("clients.crt");
    extender =
        Optional.of(
            new Steward.ExtenderSetup(
                FREE, Optional.of(ClientAuthorities.file(file, InstantSource.system()))));
    try (Steward steward = steward(() -> cluster, FREE)) {
      assertThatThrownBy(steward::start)
          .isInstanceOf(KeyMaterialException.class)
          .hasMessage("cannot read " + file + ": no such file");
      assertThat(steward.metricsUrl()).isEmpty();
    }
  }

  @Test
  void extender_whereSomebodyListens_closesWhatItStarted() throws Exception {
    cluster.show();
    try (ServerSocket taken = new ServerSocket(0)) {
      HostPort there = FREE.withPort(taken.getLocalPort());
      extender = Optional.of(new Steward.ExtenderSetup(there, Optional.empty()));
      try (Steward steward = steward(() -> cluster, FREE)) {
        assertThatThrownBy(steward::start)
            .isInstanceOf(ListenException.class)
            .hasMessageStartingWith("cannot listen on " + there);
        assertThat(cluster.isClosed()).isTrue();
      }
    }
  }

  @Test
  void close_withAControllerThatFails_closesTheOthers() throws Exception {
    cluster.show();
    Features features =
        new Features(
            List.of(),
            List.of(
                context -> () -> story.add("close first"),
                context ->
                    () -> {
                      throw new IOException("stuck");
                    }));
    Steward steward = new Steward(setup(() -> cluster, FREE, features));
    steward.start();
    steward.close();
    assertThat(story).containsExactly("close first");
    assertThat(cluster.isClosed()).isTrue();
  }

  private static CompletableFuture<Boolean> start(Steward steward) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return steward.start();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private Steward steward(Supplier<TestCluster> opened, HostPort listen) {
    return new Steward(
        setup(
            opened,
            listen,
            new Features(
                List.of(context -> routes("hello")),
                List.of(context -> routes("hello, scheduler")),
                List.of(_ -> told("first"), _ -> told("second")))));
  }

  private Consumer<Router> routes(String greeting) {
    return router -> {
      router.get("/hello").handler(request -> request.end(greeting));
      router
          .get("/wait")
          .handler(request -> {
            waiting.incrementAndGet();
            answer.future().onSuccess(request::end);
          });
    };
  }

  private AutoCloseable told(String name) {
    story.add("start " + name);
    return () -> story.add("close " + name);
  }

  private Steward.Setup setup(Supplier<TestCluster> opened, HostPort listen, Features features) {
    return new Steward.Setup(
        listen,
        extender,
        FREE,
        new CertificateFiles(
            folder.resolve("tls.crt"), folder.resolve("tls.key"), InstantSource.system()),
        Duration.ofMillis(20),
        opened::get,
        features,
        Duration.ofSeconds(10),
        InstantSource.system());
  }

  private KeyMaterial keys() {
    return authority.issue("test", SubjectNames.of("127.0.0.1"));
  }

  private KeyMaterial keysOnDisk() {
    return new CertificateFiles(
            folder.resolve("tls.crt"), folder.resolve("tls.key"), InstantSource.system())
        .read();
  }

  private void write(KeyMaterial keys) throws IOException {
    Files.writeString(folder.resolve("tls.crt"), keys.certificatePem());
    Files.writeString(folder.resolve("tls.key"), keys.privateKeyPem());
  }

  private TlsClient client(CertificateAuthority scheduler) {
    return new TlsClient(
        Version.HTTP_2,
        authority.keyMaterial().certificate(),
        scheduler.issueClient("kube-scheduler"));
  }

  private TlsClient client() {
    return new TlsClient(Version.HTTP_2, authority.keyMaterial().certificate());
  }

  private static String plain(Steward steward, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(steward.metricsUrl().orElseThrow() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + "\n" + response.body();
    }
  }
}
