package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vgpusteward.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
