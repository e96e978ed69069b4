package io.vgpusteward.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vgpusteward.certs.CertificateAuthority;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.certs.SubjectNames;
import io.vgpusteward.server.config.HostPort;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HttpsServerTest {
  private static final HostPort FREE = new HostPort("127.0.0.1", 0);

  private final Vertx vertx = Vertx.vertx();
  private final CertificateAuthority authority =
      CertificateAuthority.create("test CA", InstantSource.system());
  private final KeyMaterial keys = keys();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Promise<String> answer = Promise.promise();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void request_isAnsweredInTheVersionThatTheClientSpeaks(Version version) throws Exception {
    HttpsServer server = listen(FREE);
    try (TlsClient client = client(version)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response = client.get(url(server, "/hello"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.version()).isEqualTo(version);
      }
    }
  }

  @Test
  void requests_areSpreadOverOneEventLoopForEachCore() throws Exception {
    HttpsServer server = listen(FREE);
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      try (TlsClient client = client(Version.HTTP_1_1)) {
        client.get(url(server, "/hello"));
      }
    }
    assertThat(threads).hasSize(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void listeners_onFreePorts_haveOneEach() {
    assertThat(listen(FREE).address()).isNotEqualTo(listen(FREE).address());
  }

  @Test
  void listen_onIpv6() throws Exception {
    HttpsServer server = listen(new HostPort("::1", 0));
    try (TlsClient client = client(Version.HTTP_2)) {
      assertThat(url(server, "/hello")).startsWith("https://[::1]:");
      assertThat(client.get(url(server, "/hello")).body()).isEqualTo("hello");
    }
  }

  @Test
  void listen_whereSomebodyListens_saysWhere() {
    HostPort taken = listen(FREE).address();
    // Another Vert.x: within one, servers on a port share it.
    Vertx other = Vertx.vertx();
    try {
      assertThatThrownBy(() -> HttpsServer.listen(other, taken, keys, Optional.empty(), List.of()))
          .isInstanceOf(ListenException.class)
          .hasMessageStartingWith("cannot listen on " + taken + ": ")
          .hasMessageContaining("in use");
    } finally {
      other.close().await();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void use_servesTheNewPairAndKeepsConnections(Version version) throws Exception {
    HttpsServer server = listen(FREE);
    try (TlsClient old = client(version);
        TlsClient fresh = client(version)) {
      assertThat(serial(old.get(url(server, "/hello")))).isEqualTo(serial(keys));
      CompletableFuture<HttpResponse<String>> inFlight = old.getAsync(url(server, "/wait"));
      await().until(() -> waiting.get() == 1);

      KeyMaterial renewed = keys();
      server.use(renewed);

      assertThat(serial(fresh.get(url(server, "/hello")))).isEqualTo(serial(renewed));
      answer.complete("done");
      assertThat(inFlight.get().body()).isEqualTo("done");
      assertThat(serial(old.get(url(server, "/hello")))).isEqualTo(serial(keys));
    }
  }

  @Test
  void use_isForAllOfTheEventLoops() throws Exception {
    HttpsServer server = listen(FREE);
    KeyMaterial renewed = keys();
    server.use(renewed);
    for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
      try (TlsClient client = client(Version.HTTP_1_1)) {
        assertThat(serial(client.get(url(server, "/hello")))).isEqualTo(serial(renewed));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void shutdown_letsRequestsInFlightFinish_andTakesNoNewOnes(Version version) throws Exception {
    HttpsServer server = listen(FREE);
    String url = url(server, "/wait");
    try (TlsClient client = client(version);
        TlsClient late = client(version)) {
      List<CompletableFuture<HttpResponse<String>>> inFlight =
          IntStream.range(0, 4).mapToObj(i -> client.getAsync(url)).toList();
      await().until(() -> waiting.get() == 4);
      CompletableFuture<Void> shutdown =
          CompletableFuture.runAsync(() -> server.shutdown(Duration.ofSeconds(20)));
      await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> late.get(url)).isInstanceOf(IOException.class));
      assertThat(shutdown).isNotDone();
      answer.complete("done");
      for (var request : inFlight) {
        assertThat(request.get().body()).isEqualTo("done");
      }
      shutdown.get();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void shutdown_cutsOffWhatOutlastsTheGrace(Version version) throws Exception {
    HttpsServer server = listen(FREE);
    try (TlsClient client = client(version)) {
      CompletableFuture<HttpResponse<String>> inFlight = client.getAsync(url(server, "/wait"));
      await().until(() -> waiting.get() == 1);
      long before = System.nanoTime();
      server.shutdown(Duration.ofSeconds(1));
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(900), Duration.ofSeconds(3));
      await().until(inFlight::isCompletedExceptionally);
    }
  }

  @Test
  void selfCheck_getsAnAnswer_whateverNamesTheCertificateHas() {
    KeyMaterial elsewhere = authority.issue("test", SubjectNames.of("steward.ns.svc"));
    HttpsServer server = HttpsServer.listen(vertx, FREE, elsewhere, Optional.empty(), List.of());
    SelfCheck.run(vertx, server.address(), elsewhere, Optional.empty());
  }

  @Test
  void selfCheck_withoutAServer_fails() {
    HttpsServer server = listen(FREE);
    server.shutdown(Duration.ofSeconds(1));
    assertThatThrownBy(() -> SelfCheck.run(vertx, server.address(), keys, Optional.empty()))
        .isInstanceOf(ListenException.class);
  }

  private HttpsServer listen(HostPort where) {
    return listen(where, Optional.empty());
  }

  private HttpsServer listen(HostPort where, Optional<ClientAuthorities> clients) {
    Consumer<Router> routes =
        router -> {
          router
              .get("/hello")
              .handler(request -> {
                threads.add(Thread.currentThread().getName());
                request.end("hello");
              });
          router
              .post("/length")
              .handler(request ->
                  request
                      .request()
                      .body()
                      .onSuccess(body -> request.end(Integer.toString(body.length()))));
          router
              .get("/wait")
              .handler(request -> {
                waiting.incrementAndGet();
                answer.future().onSuccess(request::end);
              });
        };
    return HttpsServer.listen(vertx, where, keys, clients, List.of(routes));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void clients_needACertificateOfTheAuthority(Version version) throws Exception {
    CertificateAuthority ours = authority("ours");
    CertificateAuthority theirs = authority("theirs");
    HttpsServer server = listen(FREE, Optional.of(ClientAuthorities.of(ours)));
    try (TlsClient known = client(version, ours.issueClient("scheduler"));
        TlsClient unknown = client(version, theirs.issueClient("scheduler"));
        TlsClient wrongPurpose =
            client(version, ours.issue("server", SubjectNames.of("localhost")));
        TlsClient nobody = client(version)) {
      assertThat(known.get(url(server, "/hello")).body()).isEqualTo("hello");
      assertRefused(unknown, server);
      assertRefused(wrongPurpose, server);
      assertRefused(nobody, server);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void trust_isForNewConnections(Version version) throws Exception {
    CertificateAuthority first = authority("first");
    CertificateAuthority second = authority("second");
    HttpsServer server = listen(FREE, Optional.of(ClientAuthorities.of(first)));
    try (TlsClient old = client(version, first.issueClient("scheduler"))) {
      assertThat(old.get(url(server, "/hello")).body()).isEqualTo("hello");

      server.trust(ClientAuthorities.of(second));
      server.use(keys());

      assertThat(old.get(url(server, "/hello")).body()).isEqualTo("hello");
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        try (TlsClient late = client(version, first.issueClient("scheduler"));
            TlsClient fresh = client(version, second.issueClient("scheduler"))) {
          assertRefused(late, server);
          assertThat(fresh.get(url(server, "/hello")).body()).isEqualTo("hello");
        }
      }
    }
  }

  @Test
  void trust_whereClientsNeedNoCertificate_fails() {
    HttpsServer server = listen(FREE);
    assertThatThrownBy(() -> server.trust(ClientAuthorities.of(authority)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("clients of " + server.address() + " need no certificate");
  }

  @Test
  void selfCheck_bringsItsCertificate() {
    HttpsServer server = listen(FREE, Optional.of(ClientAuthorities.of(authority)));
    SelfCheck.run(vertx, server.address(), keys, Optional.of(authority.issueClient("self check")));
    assertThatThrownBy(() -> SelfCheck.run(vertx, server.address(), keys, Optional.empty()))
        .isInstanceOf(ListenException.class);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void largeBodies_arrive(Version version) throws Exception {
    HttpsServer server = listen(FREE);
    try (TlsClient client = client(version)) {
      assertThat(client.post(url(server, "/length"), "x".repeat(5_000_000)).body())
          .isEqualTo("5000000");
    }
  }

  private static void assertRefused(TlsClient client, HttpsServer server) {
    assertThatThrownBy(() -> client.get(url(server, "/hello"))).isInstanceOf(IOException.class);
  }

  private static CertificateAuthority authority(String name) {
    return CertificateAuthority.create(name, InstantSource.system());
  }

  private TlsClient client(Version version, KeyMaterial own) {
    return new TlsClient(version, authority.keyMaterial().certificate(), own);
  }

  private KeyMaterial keys() {
    return authority.issue("test", SubjectNames.of("localhost", "127.0.0.1", "::1"));
  }

  private TlsClient client(Version version) {
    return new TlsClient(version, authority.keyMaterial().certificate());
  }

  private static String url(HttpsServer server, String path) {
    return "https://" + server.address() + path;
  }

  private static String serial(HttpResponse<String> response) throws Exception {
    SSLSession session = response.sslSession().orElseThrow();
    return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber().toString();
  }

  private static String serial(KeyMaterial keys) {
    return keys.certificate().getSerialNumber().toString();
  }
}
