package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Pki.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * KubeVirt's definitions, roles, webhooks, virt-api and virt-controller. There is no virt-operator:
 * this does what it would do.
 */
final class KubeVirt {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ACCOUNT_GROUPS =
      List.of("system:serviceaccounts", "system:serviceaccounts:kubevirt");

  private final Rig rig;
  private final Path program = Tools.program("kubevirt");
  private final int apiPort;
  private final int controllerPort;

  KubeVirt(Rig rig) {
    this.rig = rig;
    this.apiPort = rig.ports().next();
    this.controllerPort = rig.ports().next();
  }

  /** Creates its objects and starts its servers; they need a moment until they answer. */
  void start() {
    Pki authority = rig.authority();
    Pair serving = authority.server("virt-api", "virt-api.kubevirt.svc");
    Kubectl kubectl = rig.kubectl();
    CompletableFuture<Void> roles = CompletableFuture.runAsync(this::createRoles);
    kubectl.runWith(manifests("crds"), "create", "-f", "-", "--validate=false").orThrow();
    roles.join();
    kubectl.ok(
        "wait",
        "--for=condition=Established",
        "--timeout=30s",
        "crd/kubevirts.kubevirt.io",
        "crd/virtualmachines.kubevirt.io",
        "crd/virtualmachineinstances.kubevirt.io");
    kubectl.apply(Resources.text("kubevirt-cr.yaml"));
    kubectl.ok(
        "patch",
        "kubevirt",
        "kubevirt",
        "-n",
        "kubevirt",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"phase\":\"Deployed\",\"defaultArchitecture\":\"amd64\"}}");
    start(
        "virt-api",
        rig.kubeconfig("system:serviceaccount:kubevirt:kubevirt-apiserver", ACCOUNT_GROUPS),
        apiPort,
        "--tls-cert-file=" + serving.certificate(),
        "--tls-key-file=" + serving.key(),
        "--handler-cert-file=" + serving.certificate(),
        "--handler-key-file=" + serving.key());
    start(
        "virt-controller",
        rig.kubeconfig("system:serviceaccount:kubevirt:kubevirt-controller", ACCOUNT_GROUPS),
        controllerPort,
        "--launcher-image=virt-launcher",
        "--exporter-image=virt-exportserver",
        "--prom-cert-file=" + serving.certificate(),
        "--prom-key-file=" + serving.key());
  }

  private void createRoles() {
    Kubectl kubectl = rig.kubectl();
    kubectl.runWith(Resources.text("kubevirt.yaml"), "create", "-f", "-").orThrow();
    CompletableFuture<Void> bundle =
        CompletableFuture.runAsync(() ->
            kubectl.ok(
                "create",
                "configmap",
                "kubevirt-ca",
                "-n",
                "kubevirt",
                "--from-file=ca-bundle=" + rig.authority().authority().certificate()));
    kubectl.runWith(manifests("rbac"), "create", "-f", "-", "--validate=false").orThrow();
    bundle.join();
  }

  /**
   * Waits until both servers answer, and then puts virt-api's webhooks into the API server's way.
   */
  void awaitReady() {
    Http http = new Http(rig.authority());
    String api = "https://127.0.0.1:" + apiPort;
    awaitOk(http, "virt-api", api + "/apis/subresources.kubevirt.io/v1/healthz", "");
    awaitOk(http, "virt-controller", "https://127.0.0.1:" + controllerPort + "/leader", "\"true\"");
    Kubectl kubectl = rig.kubectl();
    kubectl.apply(trusted(manifests("webhooks", api)), "--validate=false");
    kubectl.apply(
        Resources.text("kubevirt-api.yaml")
            .replace("${PORT}", Integer.toString(apiPort))
            .replace("${CA_BUNDLE}", rig.authority().bundle()));
    kubectl.ok(
        "wait",
        "--for=condition=Available",
        "--timeout=30s",
        "apiservice/v1.subresources.kubevirt.io");
  }

  private void awaitOk(Http http, String part, String url, String content) {
    Wait.until(
        part + " answers",
        () -> {
          rig.requireAllAlive();
          return http.get(url)
              .filter((HttpResponse<String> answer) -> answer.statusCode() == 200)
              .filter(answer -> answer.body().contains(content))
              .isPresent();
        });
  }

  private void start(String name, Path kubeconfig, int port, String... flags) {
    List<String> command = new ArrayList<>(List.of(program.toString(), name));
    command.add("--kubeconfig=" + kubeconfig);
    command.add("--listen=127.0.0.1");
    command.add("--port=" + port);
    command.addAll(List.of(flags));
    rig.start(name, Map.of("POD_NAMESPACE", "kubevirt", "POD_NAME", name), command);
  }

  /** The webhook configurations with the authority that issued virt-api's certificate. */
  private String trusted(String webhooks) {
    try {
      JsonNode list = JSON.readTree(webhooks);
      for (JsonNode configuration : list.path("items")) {
        for (JsonNode webhook : configuration.path("webhooks")) {
          ((ObjectNode) webhook.path("clientConfig")).put("caBundle", rig.authority().bundle());
        }
      }
      return list.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubevirt manifests printed no JSON", e);
    }
  }

  private String manifests(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "manifests"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      String manifests = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("kubevirt manifests failed: see its message above");
      }
      return manifests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kubevirt manifests ran", e);
    }
  }
}
