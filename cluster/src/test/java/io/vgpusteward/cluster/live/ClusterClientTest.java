package io.vgpusteward.cluster.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vgpusteward.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterClientTest {
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: one
      clusters:
      - {name: a, cluster: {server: "https://one.example:6443"}}
      - {name: b, cluster: {server: "https://two.example:6443"}}
      users:
      - {name: u, user: {token: very-secret}}
      contexts:
      - {name: one, context: {cluster: a, user: u}}
      - {name: two, context: {cluster: b, user: u}}
      """;

  /** Anybody's; a client does not compare it with its key before it has to show both. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBdjCCARugAwIBAgIUZkVlnuLMZpiPztStAVfbSTgygN4wCgYIKoZIzj0EAwIw
      DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjEwNTUxMTlaGA8yMTI2MTAyODA1NTEx
      OVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLcp
      Ob1PoxOXj/xkw/lRBn/LTQQI/NJTuZ2JG/bQSZhTyEBlaTSY0rRYkXzSVGn1klFv
      jtDMNkOA7yJdNM9rbHCjUzBRMB0GA1UdDgQWBBR3WntNafzF877Js3ffCr5ggJ2x
      iTAfBgNVHSMEGDAWgBR3WntNafzF877Js3ffCr5ggJ2xiTAPBgNVHRMBAf8EBTAD
      AQH/MAoGCCqGSM49BAMCA0kAMEYCIQD74Wk68T6Kg35M1iOytJe3E1aQDdz8DDO4
      E6zwK7IQdgIhAP/dPCNntx5TDxwxNb6XOmwXyUYtD0yo7x1KQyHlmnXT
      -----END CERTIFICATE-----
      """;

  @TempDir Path folder;

  @Test
  void create_takesTheCurrentContextOfTheFile() throws IOException {
    try (KubernetesClient client = create(KUBECONFIG, Optional.empty())) {
      assertThat(client.getMasterUrl()).hasToString("https://one.example:6443/");
    }
  }

  @Test
  void create_takesTheContextThatIsNamed() throws IOException {
    try (KubernetesClient client = create(KUBECONFIG, Optional.of("two"))) {
      assertThat(client.getMasterUrl()).hasToString("https://two.example:6443/");
    }
  }

  @Test
  void create_withAContextThatIsNotThere_isRefused() {
    assertThatThrownBy(() -> create(KUBECONFIG, Optional.of("three")))
        .isInstanceOf(ClusterException.class)
        .hasMessage("no context 'three' in the kubeconfig");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void create_takesAClientKeyInPkcs8_ofEitherAlgorithm(String algorithm) throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();

    try (KubernetesClient client =
        create(withClientKey(pem(keys.getPrivate().getEncoded())), Optional.empty())) {
      assertThat(client.getMasterUrl()).hasToString("https://one.example:6443/");
    }
  }

  @Test
  void create_withAClientKeyThatIsNone_isRefusedWithoutQuotingIt() {
    assertThatThrownBy(
            () -> create(withClientKey(pem("very-secret".getBytes(UTF_8))), Optional.empty()))
        .isInstanceOf(ClusterException.class)
        .hasMessage(
            "cannot use the kubeconfig: its client certificate, key or authority cannot be read")
        .hasNoCause();
  }

  private static String withClientKey(String key) {
    return KUBECONFIG.replace(
        "{token: very-secret}",
        "{client-certificate-data: %s, client-key-data: %s}"
            .formatted(base64(CERTIFICATE), base64(key)));
  }

  private static String pem(byte[] key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void create_withABrokenFile_isRefusedWithoutQuotingIt() {
    assertThatThrownBy(() -> create("users: [{token: very-secret", Optional.empty()))
        .isInstanceOf(ClusterException.class)
        .hasMessage("cannot use the kubeconfig " + folder.resolve("kubeconfig"))
        .hasNoCause();
  }

  private KubernetesClient create(String kubeconfig, Optional<String> context) throws IOException {
    Path file = Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    return ClusterClient.create("test", Optional.of(file), context);
  }
}
