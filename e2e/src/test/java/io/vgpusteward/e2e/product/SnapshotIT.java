package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder that stands for a cluster in CI: it decides as the cluster does, and tells no secret.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class SnapshotIT {
  private static final String PASSWORD = "correct-horse-battery-staple";
  private static final String OF_THE_USER = "tr0ub4dor-and-three";
  private static final String OF_A_TOOL = "hunter2";

  private final Rig rig;
  private final Tenant tenant;

  @TempDir private Path folder;

  SnapshotIT(Rig rig) {
    this.rig = rig;
    this.tenant = new Tenant(rig);
  }

  @BeforeEach
  void account() {
    rig.kubectl().apply(ofAccount());
  }

  @AfterEach
  void noAccount() {
    rig.kubectl().runWith(ofAccount(), "delete", "-f", "-").orThrow();
  }

  @Test
  void reviewOfASnapshot_decidesAsTheClusterDoes_andNoSecretIsInIt() throws IOException {
    Path snapshot = folder.resolve("snapshot");
    Path manifests = manifests();
    try (Product _ = Product.install(rig)) {
      populate();
      Path reader = rig.accountKubeconfig(tenant.namespace(), "snapshot-reader");

      Outcome written =
          ProgramCommand.run("snapshot", "--kubeconfig=" + reader, snapshot.toString());

      assertThat(written.err()).isEmpty();
      assertThat(written.status()).isZero();
      assertNoSecretIn(snapshot);

      Outcome offline = review(manifests, "--cluster=" + snapshot);
      Path reviewer = rig.accountKubeconfig(tenant.namespace(), "manifest-reviewer");
      Outcome live = review(manifests, "--kubeconfig=" + reviewer);

      assertThat(live.status()).as(live.err()).isEqualTo(1);
      assertThat(offline.out()).isEqualTo(live.out());
      assertThat(offline.status()).isEqualTo(1);
      JsonNode report = Vms.parse(offline.out());
      assertThat(report.at("/counts/notReviewed").asInt()).isZero();
      assertThat(findings(report))
          .contains("deny denied", "deny kubevirt", "change new", "change workstation")
          .contains("change renderer");
      assertThat(patchOf(report, "workstation").toString())
          .as("its own Secret and its own record, as they are stored")
          .contains("vgpu-steward-user-data-workstation");
    }
  }

  private void populate() {
    tenant.apply(Manifest.of("instancetype.yaml"));
    tenant.apply(Manifest.of("preference.yaml"));
    tenant.apply(Manifest.of("user-secret.yaml").replace("${HOSTNAME}", OF_THE_USER));
    tenant.apply(Token.FIRST.license());
    tenant.apply(Manifest.of("vm.yaml"));
    tenant.apply(Manifest.of("vm-with-a-password.yaml").replace("workstation", "secretive"));
    tenant.apply(Manifest.of("vm-user-secret.yaml").replace("workstation", "of-secret"));
    tenant.apply(Manifest.of("vm-of-instancetype.yaml"));
    tenant.ok("annotate", "vm", "workstation", "tool.example.com/state=" + OF_A_TOOL);
    Wait.until(
        "the instancetype is copied and the launcher is there",
        () ->
            !tenant
                    .vm("renderer")
                    .at("/status/instancetypeRef/controllerRevisionRef/name")
                    .asText()
                    .isEmpty()
                && !tenant.launchers().isEmpty());
    assertThat(Vms.annotations(tenant.vm("secretive")).toString()).contains(PASSWORD);
  }

  /** What a GitOps repository has: some of it is in the cluster already, some is new or wrong. */
  private Path manifests() throws IOException {
    Path manifests = Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(manifests.resolve("stored.yaml"), Manifest.of("vm.yaml"));
    Files.writeString(
        manifests.resolve("new.yaml"),
        Manifest.of("vm.yaml").replace("name: workstation\n  ann", "name: new\n  ann"));
    Files.writeString(
        manifests.resolve("denied.yaml"),
        Manifest.of("vm.yaml")
            .replace("name: workstation\n  ann", "name: denied\n  ann")
            .replace("L40S-24Q", "A100-40C"));
    Files.writeString(manifests.resolve("renderer.yaml"), Manifest.of("vm-of-instancetype.yaml"));
    Files.writeString(manifests.resolve("instance.yaml"), Manifest.of("bare-instance.yaml"));
    Files.writeString(manifests.resolve("plain.yaml"), Manifest.of("vm-without-gpu.yaml"));
    Files.writeString(
        manifests.resolve("kubevirt.yaml"),
        """
        apiVersion: kubevirt.io/v1
        kind: KubeVirt
        metadata: {name: kubevirt, namespace: kubevirt}
        spec: {}
        """);
    Files.writeString(
        manifests.resolve("other.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    return manifests;
  }

  private Outcome review(Path manifests, String cluster) {
    return ProgramCommand.run(
        "review", cluster, "-o=json", "-n=" + tenant.namespace(), manifests.toString());
  }

  private static void assertNoSecretIn(Path snapshot) throws IOException {
    List<String> secrets =
        List.of(
            PASSWORD,
            OF_THE_USER,
            OF_A_TOOL,
            "last-applied-configuration",
            "kind: Secret",
            base64(PASSWORD).substring(0, 20),
            base64(OF_THE_USER).substring(0, 20),
            Token.FIRST.text().substring(0, 60));
    try (Stream<Path> files = Files.walk(snapshot)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as(snapshot.relativize(file).toString())
            .doesNotContain(secrets);
      }
    }
    assertThat(snapshot).isDirectoryContaining("glob:**/pods");
  }

  private static List<String> findings(JsonNode report) {
    return report
        .path("findings")
        .valueStream()
        .map(
            finding -> finding.path("verdict").asText() + " " + finding.at("/object/name").asText())
        .toList();
  }

  private static JsonNode patchOf(JsonNode report, String name) {
    return report
        .path("findings")
        .valueStream()
        .filter(finding -> finding.at("/object/name").asText().equals(name))
        .map(finding -> finding.path("patch"))
        .filter(JsonNode::isArray)
        .findFirst()
        .orElseThrow();
  }

  private String ofAccount() {
    return Manifest.of("snapshot-reader.yaml").replace("${NAMESPACE}", tenant.namespace());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
