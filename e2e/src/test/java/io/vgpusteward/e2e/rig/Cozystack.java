package io.vgpusteward.e2e.rig;

import io.vgpusteward.e2e.rig.Pki.Pair;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What of Cozystack the tests need: the aggregated API of VMInstances, the definition of
 * HelmReleases, which it keeps them as, and the account of Flux.
 */
final class Cozystack {
  private static final String API_ACCOUNT = "system:serviceaccount:cozy-system:cozystack-api";

  private final Rig rig;

  Cozystack(Rig rig) {
    this.rig = rig;
  }

  /** Starts its API server and returns once the Kubernetes API serves VMInstances. */
  void start() {
    Kubectl kubectl = rig.kubectl();
    kubectl.apply(Resources.text("cozystack.yaml"));
    kubectl.ok(
        "wait",
        "--for=condition=Established",
        "--timeout=30s",
        "crd/helmreleases.helm.toolkit.fluxcd.io");
    int port = rig.ports().next();
    Pair serving = rig.authority().server("cozystack-api", "cozystack-api.cozy-system.svc");
    Path kubeconfig =
        rig.kubeconfig(
            API_ACCOUNT, List.of("system:serviceaccounts", "system:serviceaccounts:cozy-system"));
    rig.start(
        "cozystack-api",
        Map.of(),
        List.of(
            Tools.program("cozystack").toString(),
            "cozystack-api",
            "--kubeconfig=" + kubeconfig,
            "--authentication-kubeconfig=" + kubeconfig,
            "--authorization-kubeconfig=" + kubeconfig,
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--tls-cert-file=" + serving.certificate(),
            "--tls-private-key-file=" + serving.key()));
    kubectl.apply(
        Resources.text("cozystack-api.yaml")
            .replace("${PORT}", Integer.toString(port))
            .replace("${CA_BUNDLE}", rig.authority().bundle()));
    Wait.until(
        "VMInstances are served",
        () -> {
          rig.requireAllAlive();
          return kubectl.run("get", "vminstances", "--all-namespaces").succeeded();
        });
  }
}
