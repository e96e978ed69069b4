package io.vgpusteward.server.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.certs.CertificateAuthority;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.webhook.admission.AdmissionSettings;
import io.vgpusteward.webhook.admission.Endpoints;
import io.vgpusteward.webhook.review.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What is printed, read back as kubectl would. */
final class WebhookConfigCommandTest {
  private static final String AUTHORITY =
      CertificateAuthority.create("test CA", InstantSource.system()).certificatePem();

  @TempDir private Path folder;

  @Test
  void withoutFlags_namesTheServiceOfTheRelease() {
    List<ObjectNode> objects = print();

    assertThat(
            objects.stream()
                .map(object ->
                    object.path("kind").asText() + " " + object.at("/metadata/name").asText()))
        .containsExactly(
            "MutatingWebhookConfiguration vgpu-steward",
            "ValidatingWebhookConfiguration vgpu-steward",
            "MutatingWebhookConfiguration vgpu-steward-vminstances",
            "ValidatingWebhookConfiguration vgpu-steward-vminstances");
    assertThat(objects.getFirst().at("/webhooks/0/clientConfig").toString())
        .isEqualTo(
            "{\"service\":{\"namespace\":\"vgpu-steward\",\"name\":\"vgpu-steward\",\"port\":443,"
                + "\"path\":\"/mutate/virtualmachines\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--service=steward | {namespace=vgpu-steward, name=steward, port=443}",
        "--service=ops/steward:8443 | {namespace=ops, name=steward, port=8443}",
        "--namespace=gpu | {namespace=gpu, name=vgpu-steward, port=443}"
      })
  void service_isFilledIn(String flag, String service) {
    for (JsonNode webhook : webhooks(print(flag))) {
      ObjectNode found = (ObjectNode) webhook.at("/clientConfig/service");
      assertThat(found.remove("path").asText()).startsWith("/");
      assertThat(found.toString().replaceAll("\"", "").replace(':', '=').replace(",", ", "))
          .isEqualTo(service);
    }
  }

  @Test
  void url_isFilledIn() {
    assertThat(webhooks(print("--url=https://127.0.0.1:8443")))
        .allSatisfy(webhook -> {
          assertThat(webhook.at("/clientConfig/url").asText())
              .startsWith("https://127.0.0.1:8443/");
          assertThat(webhook.path("clientConfig").has("service")).isFalse();
        });
  }

  @Test
  void everyEndpoint_isAskedAndNoOther() {
    List<String> asked = new ArrayList<>();
    for (ObjectNode configuration : print("--url=https://h")) {
      String phase =
          configuration.path("kind").asText().startsWith("Mutating") ? "/mutate/" : "/validate/";
      for (JsonNode webhook : configuration.path("webhooks")) {
        String path = webhook.at("/clientConfig/url").asText().substring("https://h".length());
        assertThat(path).isEqualTo(phase + webhook.at("/rules/0/resources/0").asText());
        asked.add(path);
      }
    }
    assertThat(asked.stream().distinct())
        .containsExactlyInAnyOrderElementsOf(
            Endpoints.of(AdmissionSettings.defaults(), "vgpu-steward").stream()
                .map(Endpoint::path)
                .toList());
  }

  @Test
  void webhooks_areAsNarrowAsTheyCanBe() {
    for (JsonNode webhook : webhooks(print())) {
      assertThat(webhook.path("matchConditions")).as(webhook.path("name").asText()).isNotEmpty();
      assertThat(webhook.path("sideEffects").asText()).isEqualTo("None");
      assertThat(webhook.path("timeoutSeconds").asInt()).isBetween(1, 5);
      assertThat(webhook.path("matchPolicy").asText()).isEqualTo("Equivalent");
      for (JsonNode rule : webhook.path("rules")) {
        assertThat(rule.path("operations").toString()).doesNotContain("*", "DELETE", "CONNECT");
        assertThat(rule.path("resources").toString()).doesNotContain("*", "/");
      }
      if (webhook.at("/rules/0/resources/0").asText().startsWith("virtualmachine")) {
        assertThat(webhook.at("/namespaceSelector/matchExpressions/0/values").toString())
            .isEqualTo("[\"kube-system\",\"vgpu-steward\"]");
        assertThat(webhook.path("objectSelector").toString())
            .contains("vgpu-steward.io/inject", "NotIn", "false");
      }
    }
  }

  @Test
  void namespaces_areSpared() {
    assertThat(
            webhooks(print("--namespace=gpu", "--spare-namespaces=b,a", "--spare-namespaces=gpu"))
                .getFirst()
                .at("/namespaceSelector/matchExpressions/0/values")
                .toString())
        .isEqualTo("[\"kube-system\",\"gpu\",\"a\",\"b\"]");
  }

  @Test
  void failurePolicy_isFailButForWhatAnInstancetypeBrings() {
    assertThat(webhooks(print()).stream().map(WebhookConfigCommandTest::policy))
        .contains("virtualmachines.vgpu-steward.io Fail")
        .contains("virtualmachines-by-instancetype.vgpu-steward.io Ignore")
        .allMatch(policy -> policy.endsWith("Fail") || policy.contains("-by-instancetype."));
    assertThat(webhooks(print("--fail-open")))
        .allSatisfy(webhook -> assertThat(policy(webhook)).endsWith("Ignore"));
  }

  private static String policy(JsonNode webhook) {
    return webhook.path("name").asText() + " " + webhook.path("failurePolicy").asText();
  }

  @Test
  void caFile_isFilledIn() throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), AUTHORITY);

    assertThat(webhooks(print("--ca-file=" + file)))
        .allSatisfy(webhook ->
            assertThat(webhook.at("/clientConfig/caBundle").asText())
                .isEqualTo(Base64.getEncoder().encodeToString(AUTHORITY.getBytes(UTF_8))));
    assertThat(webhooks(print()))
        .allSatisfy(webhook -> assertThat(webhook.path("clientConfig").has("caBundle")).isFalse());
  }

  static Stream<List<String>> wrong() {
    return Stream.of(
        List.of("--url=http://h", "--url: 'http://h' is not https://host:port"),
        List.of("--url=https://h/path", "--url: 'https://h/path' is not https://host:port"),
        List.of("--service=A/b", "--service: 'A/b' is not [<namespace>/]<name>[:<port>]"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongFlag_isSaid(List<String> flagAndMessage) {
    assertThatThrownBy(() -> print(flagAndMessage.getFirst()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(flagAndMessage.getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | holds no certificate that can be read",
        "nothing in it | holds no certificate that can be read",
        "-----BEGIN PRIVATE KEY----- | holds a private key, which must not be printed",
        "-----BEGIN CERTIFICATE-----MIIB-----END CERTIFICATE----- | holds no certificate that can be read"
      })
  void caFile_thatIsNone_isSaidAndNotQuoted(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), content);
    assertThatThrownBy(() -> print("--ca-file=" + file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("--ca-file: " + file + " " + message);
  }

  @Test
  void caFile_thatIsNotThere_isSaid() {
    assertThatThrownBy(() -> print("--ca-file=" + folder.resolve("none.pem")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("cannot read");
  }

  private static List<ObjectNode> print(String... flags) {
    StringWriter out = new StringWriter();
    WebhookConfigCommand command =
        new WebhookConfigCommand(new Surroundings(Map.of(), Path.of("no-service-account")));
    new CommandLine(command).setOut(new PrintWriter(out)).parseArgs(flags);
    assertThat(command.call()).isZero();
    return Manifests.read("-", new ByteArrayInputStream(out.toString().getBytes(UTF_8))).stream()
        .map(Manifest::object)
        .toList();
  }

  private static List<JsonNode> webhooks(List<ObjectNode> configurations) {
    List<JsonNode> webhooks = new ArrayList<>();
    configurations.forEach(object -> object.path("webhooks").forEach(webhooks::add));
    assertThat(webhooks).isNotEmpty();
    return webhooks;
  }
}
