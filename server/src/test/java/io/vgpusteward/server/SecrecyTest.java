package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.vgpusteward.certs.FolderAuthority;
import io.vgpusteward.certs.SubjectNames;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.config.ServeConfiguration;
import io.vgpusteward.server.http.TlsClient;
import io.vgpusteward.server.serve.Steward;
import io.vgpusteward.server.serve.Wiring;
import io.vgpusteward.webhook.admission.AdmissionSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A whole run with everything that can go right and wrong in it, logged at debug level: neither the
 * token nor a user's data is in anything that a person or a machine may see of it.
 */
final class SecrecyTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String INLINE = "sentinel-inline-7f3a91";
  private static final String IN_BASE64 = "sentinel-base64-0c44d2";
  private static final String IN_SECRET = "sentinel-secret-b18e57";
  private static final String BROKEN_TOKEN = "sentinel-broken-token-5d20aa";

  @TempDir private Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level levelBefore = root.getLevel();

  /** All that anybody may see, each with where it was seen. */
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void logEverything() throws IOException {
    root.setLevel(Level.DEBUG);
    log.start();
    root.addAppender(log);
    Logger ours = (Logger) LoggerFactory.getLogger("io.vgpusteward");
    ours.setLevel(Level.DEBUG);
    try (Stream<Path> files = Files.list(EXAMPLES.resolve("cluster"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    write(
        "user-secret.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: my-user-data, namespace: tenant-example}
        stringData: {userdata: "#!/bin/sh\\necho %s\\n"}
        """
            .formatted(IN_SECRET));
    write(
        "foreign-secret.yaml",
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: vgpu-steward-user-data-taken, namespace: tenant-example}
        stringData: {userdata: "%s"}
        """
            .formatted(IN_SECRET));
  }

  @AfterEach
  void logAsBefore() {
    root.detachAppender(log);
    root.setLevel(levelBefore);
  }

  @Test
  void aWholeRun_showsNoTokenAndNoUserData() throws Exception {
    String token = token();
    Wiring wiring = Main.wiring();
    ServeConfiguration configuration = configuration();
    Cluster cluster = wiring.cluster().apply(configuration.cluster());
    FolderAuthority keys =
        new FolderAuthority(
            folder.resolve(".vgpu-steward"), SubjectNames.of("127.0.0.1"), InstantSource.system());
    try (Steward steward = steward(wiring, configuration, cluster, keys)) {
      assertThat(steward.start()).isTrue();
      try (TlsClient client = new TlsClient(HttpClient.Version.HTTP_2, certificate(keys))) {
        apply(client, steward, vm("inline", "userData: \"#!/bin/sh\\necho " + INLINE + "\\n\""));
        apply(client, steward, vm("base64", "userDataBase64: " + base64("#!/bin/sh " + IN_BASE64)));
        apply(client, steward, vm("secret", "secretRef: {name: my-user-data}"));
        apply(client, steward, vm("taken", "userData: \"#!/bin/sh\\necho " + INLINE + "\\n\""));
        apply(client, steward, vm("absent", "secretRef: {name: none-such}"));
        deny(client, steward, vm("both", "userData: " + INLINE + ", userDataBase64: aGk="));
        deny(client, steward, vm("bad", "userDataBase64: '*" + IN_BASE64 + "'"));
        post(client, steward, "{\"kind\": \"AdmissionReview\", \"x\": \"" + INLINE + "\"");
        post(client, steward, "\"" + INLINE + "\"");
        awaitSecrets(cluster, "inline", "base64", "secret");
        awaitEvent("SecretNotOurs");
        awaitEvent("UserDataSecretMissing");

        write("license.yaml", license("client_configuration_token.tok: " + BROKEN_TOKEN));
        awaitEvent("LicenseMalformed");
        write("license.yaml", "kind: Secret\nstringData: {a: " + BROKEN_TOKEN + "\n");
        Files.delete(folder.resolve("applied-inline.yaml"));
        await().until(() -> !Files.exists(secretFile("inline")));
      }
      seen.add("metrics: " + get(steward.metricsUrl().orElseThrow() + "/metrics"));
      seen.add("readyz: " + get(steward.metricsUrl().orElseThrow() + "/readyz?verbose"));
      seen.add("view: " + cluster.view());
      cluster.view().guests().values().forEach(guest -> seen.add("guest: " + guest));
      seen.add("license: " + cluster.licenseSecret("vgpu-steward"));
      seen.add("secret: " + cluster.secrets().get("tenant-example", "my-user-data"));
    }
    seen.add("events: " + events());
    List.copyOf(log.list).forEach(event -> seen.add("log: " + text(event)));

    assertThat(seen).hasSizeGreaterThan(30);
    for (String secret : List.of(token, INLINE, IN_BASE64, IN_SECRET, BROKEN_TOKEN)) {
      assertThat(seen).noneMatch(text -> text.contains(secret));
      assertThat(seen).noneMatch(text -> text.contains(base64(secret)));
      assertThat(seen).noneMatch(text -> text.contains(base64("#!/bin/sh " + secret)));
    }
    // A token is one word; pieces of it would be as bad.
    for (int at = 0; at + 48 <= token.length(); at += 48) {
      String piece = token.substring(at, at + 48);
      assertThat(seen).noneMatch(text -> text.contains(piece));
    }
  }

  @Test
  void theSearch_findsWhatIsThere() throws IOException {
    LoggerFactory.getLogger("somebody.else")
        .debug("careless {}", INLINE, new IOException(IN_SECRET));

    assertThat(log.list.stream().map(SecrecyTest::text))
        .anyMatch(text -> text.contains(INLINE))
        .anyMatch(text -> text.contains(IN_SECRET));
  }

  private void apply(TlsClient client, Steward steward, ObjectNode vm) throws Exception {
    JsonNode response = post(client, steward, review(vm)).path("response");
    assertThat(response.path("allowed").asBoolean()).as(response.toString()).isTrue();
    byte[] patch = Base64.getDecoder().decode(response.path("patch").asText());
    seen.add("patch: " + new String(patch, StandardCharsets.UTF_8));
    JsonNode stored = JsonPatch.apply(JSON.readTree(patch), vm);
    ((ObjectNode) stored.path("metadata")).put("uid", "uid-" + name(vm));
    write("applied-" + name(vm) + ".yaml", ManifestWriter.write(stored));
  }

  private void deny(TlsClient client, Steward steward, ObjectNode vm) throws Exception {
    JsonNode response = post(client, steward, review(vm)).path("response");
    assertThat(response.path("allowed").asBoolean()).isFalse();
  }

  private JsonNode post(TlsClient client, Steward steward, String body) throws Exception {
    String answer = client.post(steward.url() + "/mutate/virtualmachines", body).body();
    seen.add("response: " + answer);
    return JSON.readTree(answer);
  }

  private void awaitSecrets(Cluster cluster, String... names) {
    for (String name : names) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              cluster
                  .secrets()
                  .get("tenant-example", "vgpu-steward-user-data-" + name)
                  .isPresent());
    }
  }

  private void awaitEvent(String reason) {
    await().atMost(Duration.ofSeconds(20)).until(() -> events().contains(reason));
  }

  private String events() throws IOException {
    Path file = folder.resolve(".vgpu-steward").resolve("events.yaml");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private Path secretFile(String name) {
    return folder.resolve(
        ".vgpu-steward/secrets/tenant-example/vgpu-steward-user-data-" + name + ".yaml");
  }

  private static ObjectNode vm(String name, String source) {
    String yaml =
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata:
          name: %s
          namespace: tenant-example
          annotations: {vgpu-steward.io/profile: L40S-24Q}
        spec:
          template:
            spec:
              domain: {devices: {disks: [{name: cloud, disk: {bus: virtio}}]}}
              volumes: [{name: cloud, cloudInitNoCloud: {%s}}]
        """
            .formatted(name, source);
    return Manifests.read("vm", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .getFirst()
        .object();
  }

  private static String review(ObjectNode vm) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request.put("uid", "uid").put("operation", "CREATE").put("namespace", "tenant-example");
    request.putObject("kind").put("kind", "VirtualMachine");
    request.set("object", vm);
    return review.toString();
  }

  private static String name(ObjectNode vm) {
    return vm.at("/metadata/name").asText();
  }

  private void write(String file, String text) throws IOException {
    Path temporary = Files.writeString(folder.resolve(file + ".tmp"), text);
    Files.move(temporary, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String license(String entry) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: vgpu-license, namespace: vgpu-steward}
    stringData:
      %s
    """
        .formatted(entry);
  }

  private static String token() {
    return Manifests.read(EXAMPLES.resolve("cluster").resolve("license.yaml"))
        .getFirst()
        .object()
        .at("/stringData/client_configuration_token.tok")
        .asText();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String get(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String text(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return event.getLoggerName()
        + ": "
        + event.getFormattedMessage()
        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }

  private static X509Certificate certificate(FolderAuthority keys) throws Exception {
    try (var in = Files.newInputStream(keys.authorityFile())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private ServeConfiguration configuration() {
    return new ServeConfiguration(
        new ClusterConfiguration(
            Optional.of(folder), Optional.empty(), Optional.empty(), "vgpu-steward"),
        AdmissionSettings.defaults(),
        Optional.empty(),
        HostPort.parse("127.0.0.1:0"),
        HostPort.parse("127.0.0.1:0"),
        Optional.empty(),
        true,
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofMinutes(5));
  }

  private static Steward steward(
      Wiring wiring, ServeConfiguration configuration, Cluster cluster, FolderAuthority keys) {
    return new Steward(
        new Steward.Setup(
            configuration.listen(),
            Optional.empty(),
            configuration.metricsListen(),
            keys,
            Duration.ofHours(1),
            () -> cluster,
            wiring.features().apply(configuration),
            configuration.shutdownGrace(),
            InstantSource.system()));
  }
}
