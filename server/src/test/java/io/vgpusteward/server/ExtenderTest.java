package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vgpusteward.certs.CertificateAuthority;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.certs.SubjectNames;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.extender.placement.PlacementSettings;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ExtenderConfiguration;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.config.ServeConfiguration;
import io.vgpusteward.server.http.TlsClient;
import io.vgpusteward.server.serve.Steward;
import io.vgpusteward.server.serve.Wiring;
import io.vgpusteward.webhook.admission.AdmissionSettings;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The program over the example cluster, asked as kube-scheduler does. */
final class ExtenderTest {
  private static final HostPort FREE = new HostPort("127.0.0.1", 0);
  private static final Path EXAMPLES = Path.of("..", "examples", "cluster");
  private static final long MAX_BODY = 40L * 1024 * 1024;
  private static final String POD =
      """
      {"metadata":{"name":"p","namespace":"n","uid":"u","annotations":{"vgpu-steward.io/profile":"PROFILE"}},\
      "spec":{"containers":[{"name":"compute","resources":{"limits":{"nvidia.com/L40S-24Q":"1"}}}]}}\
      """;

  private final CertificateAuthority authority =
      CertificateAuthority.create("test CA", InstantSource.system());
  private final CertificateAuthority clients =
      CertificateAuthority.create("clients", InstantSource.system());
  private final KeyMaterial keys = authority.issue("steward", SubjectNames.of("127.0.0.1"));
  private final Wiring wiring = Main.wiring();
  private final ServeConfiguration configuration = configuration();
  private final Cluster cluster = wiring.cluster().apply(configuration.cluster());
  private final Steward steward =
      new Steward(
          new Steward.Setup(
              FREE,
              Optional.of(
                  new Steward.ExtenderSetup(
                      FREE, Optional.of(() -> ClientAuthorities.of(clients)))),
              FREE,
              () -> keys,
              Duration.ofHours(1),
              () -> cluster,
              wiring.features().apply(configuration),
              Duration.ofSeconds(5),
              InstantSource.system()));

  @BeforeEach
  void start() throws InterruptedException {
    assertThat(steward.start()).isTrue();
  }

  @AfterEach
  void close() {
    steward.close();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void pod_goesWhereItsProfileIs(Version version) throws Exception {
    try (TlsClient scheduler = scheduler(version)) {
      String names = "\"NodeNames\":[\"gpu-1\",\"stranger\"]";
      assertThat(ask(scheduler, "filter", "L40S-24Q", names).path("NodeNames").toString())
          .isEqualTo("[\"gpu-1\"]");
      assertThat(ask(scheduler, "filter", "L40S-12Q", names).path("FailedAndUnresolvableNodes"))
          .hasSize(2);
      assertThat(ask(scheduler, "prioritize", "L40S-24Q", names)).hasSize(2);
      assertThat(
              ask(
                      scheduler,
                      "preempt",
                      "L40S-24Q",
                      "\"NodeNameToMetaVictims\":{\"gpu-1\":{\"Pods\":[{\"UID\":\"v\"}]}}")
                  .path("NodeNameToMetaVictims"))
          .hasSize(1);
    }
  }

  @Test
  void schedulerWithoutACertificate_isNotAnswered_andAdmissionDoesNotAnswerIt() throws Exception {
    try (TlsClient nobody = new TlsClient(Version.HTTP_2, authority.keyMaterial().certificate());
        TlsClient scheduler = scheduler(Version.HTTP_2)) {
      assertThatThrownBy(() -> nobody.post(url("filter"), "{}")).isInstanceOf(IOException.class);
      assertThat(nobody.post(steward.url() + "/scheduler/filter", "{}").statusCode())
          .isEqualTo(404);
      assertThat(
              scheduler
                  .post(steward.extenderUrl().orElseThrow() + "/mutate/virtualmachines", "{}")
                  .statusCode())
          .isEqualTo(404);
    }
  }

  /** 5,000 full nodes of 7 kB, as kube-scheduler sends them without nodeCacheCapable. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void fullNodes_ofALargeCluster_areAnswered_andMoreAreAnError(Version version) throws Exception {
    String nodes =
        IntStream.range(0, 5000)
            .mapToObj(i ->
                "{\"metadata\":{\"name\":\"%s\",\"annotations\":{\"a\":\"%s\"}}}"
                    .formatted(i == 7 ? "gpu-1" : "n" + i, "x".repeat(7000)))
            .collect(Collectors.joining(","));
    try (TlsClient scheduler = scheduler(version)) {
      JsonNode answer =
          ask(scheduler, "filter", "L40S-24Q", "\"Nodes\":{\"items\":[" + nodes + "]}");
      assertThat(answer.path("Nodes").path("items")).hasSize(1);
      assertThat(answer.path("FailedAndUnresolvableNodes")).hasSize(4999);
      assertThat(
              ask(
                      scheduler,
                      "filter",
                      "L40S-24Q",
                      "\"Nodes\":{\"items\":[" + nodes + "," + nodes + "]}")
                  .path("Error")
                  .asText())
          .startsWith("vgpu-steward: the request is over the limit of 41943040 bytes");
      assertThat(ask(scheduler, "filter", "L40S-24Q", "\"NodeNames\":[\"gpu-1\"]").has("Error"))
          .isFalse();
    }
  }

  private TlsClient scheduler(Version version) {
    return new TlsClient(
        version, authority.keyMaterial().certificate(), clients.issueClient("kube-scheduler"));
  }

  private JsonNode ask(TlsClient scheduler, String verb, String profile, String rest)
      throws Exception {
    HttpResponse<String> answer =
        scheduler.post(url(verb), "{\"Pod\":" + POD.replace("PROFILE", profile) + "," + rest + "}");
    assertThat(answer.statusCode()).isEqualTo(200);
    return JsonMapper.builder().build().readTree(answer.body());
  }

  private String url(String verb) {
    return steward.extenderUrl().orElseThrow() + "/scheduler/" + verb;
  }

  private static ServeConfiguration configuration() {
    return new ServeConfiguration(
        new ClusterConfiguration(
            Optional.of(EXAMPLES), Optional.empty(), Optional.empty(), "vgpu-steward"),
        AdmissionSettings.defaults(),
        Optional.of(
            new ExtenderConfiguration(
                FREE, Optional.empty(), PlacementSettings.defaults(), MAX_BODY)),
        FREE,
        FREE,
        Optional.empty(),
        false,
        Duration.ofSeconds(5),
        Duration.ofMinutes(2),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5));
  }
}
