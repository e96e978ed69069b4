package io.vgpusteward.agent.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kubeconfigs and service accounts, against a server that speaks TLS. */
final class AccessTest {
  private static final Identity SERVER = Identity.rsa();

  @TempDir private Path folder;
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private HttpsServer server;
  private boolean wantsCertificate;

  AccessTest() throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void begin() {
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            Tls.context(
                Optional.of(named(clients())),
                Optional.of(named(SERVER.certificatePem())),
                Optional.of(named(SERVER.keyPem())))) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = getSSLContext().getDefaultSSLParameters();
            tls.setNeedClientAuth(wantsCertificate);
            parameters.setSSLParameters(tls);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(UTF_8));
          exchange.close();
        });
    server.start();
  }

  private static final Identity RSA_CLIENT = Identity.rsa();
  private static final Identity EC_CLIENT = Identity.ec();

  private static String clients() {
    return RSA_CLIENT.certificatePem() + EC_CLIENT.certificatePem();
  }

  private static Tls.Named named(String pem) {
    return new Tls.Named("a test", pem);
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private Path kubeconfig(String cluster, String user) throws IOException {
    return write(
        "config",
        """
        apiVersion: v1
        kind: Config
        current-context: one
        contexts:
        - {name: one, context: {cluster: c, user: u}}
        - {name: other, context: {cluster: gone, user: u}}
        clusters:
        - {name: c, cluster: {server: "%s", %s}}
        users:
        - {name: u, user: {%s}}
        """
            .formatted(url(), cluster, user));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Access access(Path kubeconfig) {
    return Kubeconfig.find(Optional.of(kubeconfig), Optional.empty(), Map.of()).orElseThrow();
  }

  private static void ask(Access access) throws InterruptedException {
    try (KubeApi api = new KubeApi(access, "m", "test", Duration.ofSeconds(10))) {
      assertThat(api.get("/version")).isPresent();
    }
  }

  private String authority() {
    return "certificate-authority-data: " + base64(SERVER.certificatePem());
  }

  @Test
  void token_reachesAServerWithItsOwnAuthority() throws Exception {
    ask(access(kubeconfig(authority(), "token: hunter2")));
    assertThat(tokens).containsExactly("Bearer hunter2");
  }

  @Test
  void filesBesideTheKubeconfig_areRead_theTokenEachTime() throws Exception {
    write("ca.crt", SERVER.certificatePem());
    Path token = write("token", "first\n");
    Access access = access(kubeconfig("certificate-authority: ca.crt", "tokenFile: token"));
    ask(access);
    Files.writeString(token, "second\n");
    ask(access);
    assertThat(tokens).containsExactly("Bearer first", "Bearer second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "RSA PKCS8", "EC", "EC PKCS8"})
  void clientCertificate_isShown(String kind) throws Exception {
    wantsCertificate = true;
    Identity client = kind.startsWith("RSA") ? RSA_CLIENT : EC_CLIENT;
    String key = kind.endsWith("PKCS8") ? client.pkcs8Pem() : client.keyPem();
    ask(
        access(
            kubeconfig(
                authority(),
                "client-certificate-data: %s, client-key-data: %s"
                    .formatted(base64(client.certificatePem()), base64(key)))));
    assertThat(tokens).containsExactly("null");
  }

  @Test
  void serverOfAnotherAuthority_isNotTrusted() throws Exception {
    String other = "certificate-authority-data: " + base64(EC_CLIENT.certificatePem());
    assertThatThrownBy(() -> ask(access(kubeconfig(other, "token: hunter2"))))
        .isInstanceOf(KubeException.class)
        .hasMessageContaining("SSLHandshakeException")
        .message()
        .doesNotContain("hunter2");
    assertThat(tokens).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exec: {command: aws}             | the user's exec is not supported here; use a token",
        "auth-provider: {name: gcp}       | the user's auth-provider is not supported here",
        "username: admin, password: pass  | the user's username is not supported here",
        "as: somebody                     | the user's as is not supported here",
        "client-certificate: a.crt        | the user has a client-certificate and no client-key"
      })
  void userThatIsNotSupported_isSaidSo_withoutItsSecrets(String user, String message)
      throws IOException {
    Path file = kubeconfig(authority(), user);
    assertThatThrownBy(() -> access(file))
        .isInstanceOf(AccessException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "insecure-skip-tls-verify: true | the cluster's insecure-skip-tls-verify is not supported",
        "proxy-url: http://p            | the cluster's proxy-url is not supported",
        "tls-server-name: other         | the cluster's tls-server-name is not supported"
      })
  void clusterThatIsNotSupported_isSaidSo(String cluster, String message) throws IOException {
    Path file = kubeconfig(cluster, "token: t");
    assertThatThrownBy(() -> access(file)).hasMessageContaining(message);
  }

  @Test
  void whatIsBroken_isNamed_andNotQuoted() throws IOException {
    assertThatThrownBy(() -> access(write("config", "users: [{token: hunter2")))
        .hasMessage(folder.resolve("config") + " is no YAML");
    assertThatThrownBy(() -> access(write("config", "{}")))
        .hasMessageEndingWith("no current-context; name one with --context");
    Path good = kubeconfig(authority(), "token: t");
    assertThatThrownBy(() -> Kubeconfig.find(Optional.of(good), Optional.of("nowhere"), Map.of()))
        .hasMessageEndingWith("there is no context 'nowhere'");
    assertThatThrownBy(() -> Kubeconfig.find(Optional.of(good), Optional.of("other"), Map.of()))
        .hasMessageEndingWith("there is no cluster 'gone'");
    assertThatThrownBy(() -> access(folder.resolve("missing")))
        .hasMessage("cannot read " + folder.resolve("missing") + ": NoSuchFileException");
    assertThatThrownBy(
            () -> access(kubeconfig("certificate-authority-data: '**'", "token: t")).tls())
        .hasMessageEndingWith("holds no certificate");
    assertThatThrownBy(() ->
            access(
                    kubeconfig(
                        authority(),
                        "client-certificate-data: %s, client-key-data: %s"
                            .formatted(
                                base64(RSA_CLIENT.certificatePem()), base64("secret words"))))
                .tls())
        .hasMessageEndingWith("holds no unencrypted private key");
    assertThatThrownBy(() ->
            access(
                write(
                    "config",
                    "{current-context: a, contexts: [{name: a, context: {cluster: c, user: u}}],"
                        + " clusters: [{name: c, cluster: {server: 'ftp://x'}}],"
                        + " users: [{name: u, user: {}}]}")))
        .hasMessageEndingWith("the cluster's server is no URL of a server");
  }

  @Test
  void usualPlaces_areTheVariable_thenTheHome() throws IOException {
    assertThat(Kubeconfig.find(Optional.empty(), Optional.empty(), Map.of("HOME", "/nowhere")))
        .isEmpty();
    Path first = write("first", "current-context: one\n");
    Path second = kubeconfig(authority(), "token: t");
    Map<String, String> listed =
        Map.of("KUBECONFIG", first + ":" + folder.resolve("absent") + "::" + second);
    assertThat(Kubeconfig.find(Optional.empty(), Optional.empty(), listed))
        .hasValueSatisfying(access -> assertThat(access.server()).hasToString(url()));
    assertThatThrownBy(() ->
            Kubeconfig.find(
                Optional.empty(), Optional.empty(), Map.of("KUBECONFIG", "/nowhere/config")))
        .hasMessage("KUBECONFIG: there is no file /nowhere/config");
    Path home = Files.createDirectories(folder.resolve("home/.kube"));
    Files.copy(second, home.resolve("config"));
    assertThat(
            Kubeconfig.find(
                Optional.empty(),
                Optional.empty(),
                Map.of("HOME", folder.resolve("home").toString())))
        .isPresent();
  }

  @Test
  void serviceAccount_isUsed_andItsTokenReadEachTime() throws Exception {
    Map<String, String> pod =
        Map.of(
            "KUBERNETES_SERVICE_HOST",
            "127.0.0.1",
            "KUBERNETES_SERVICE_PORT",
            String.valueOf(server.getAddress().getPort()));
    assertThat(InCluster.of(pod, folder)).isEmpty();
    assertThat(InCluster.of(Map.of(), folder)).isEmpty();
    write("ca.crt", SERVER.certificatePem());
    write("token", "one");
    Access access = InCluster.of(pod, folder).orElseThrow();
    ask(access);
    write("token", "two");
    ask(access);
    assertThat(tokens).containsExactly("Bearer one", "Bearer two");
    assertThat(access.toString()).doesNotContain("two");
    Files.delete(folder.resolve("token"));
    assertThatThrownBy(access::token)
        .isInstanceOf(AccessException.class)
        .hasMessage("cannot read " + folder.resolve("token") + ": NoSuchFileException");
  }

  @Test
  void addressOfVersion6_hasBrackets() throws IOException {
    write("token", "one");
    Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1");
    assertThat(InCluster.of(pod, folder))
        .hasValueSatisfying(
            access -> assertThat(access.server()).hasToString("https://[fd00::1]:443"));
  }
}
