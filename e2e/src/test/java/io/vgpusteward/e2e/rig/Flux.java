package io.vgpusteward.e2e.rig;

import java.nio.file.Path;
import java.util.List;

/**
 * Flux's helm-controller where the test takes its part: it applies a HelmRelease when it is told
 * to, with Helm's library and as the account that it has in Cozystack.
 */
public final class Flux {
  /** Whom the API server takes it for. */
  public static final String USER = "system:serviceaccount:cozy-fluxcd:flux";

  private static final Path CHARTS = Path.of("src/test/resources/cozystack").toAbsolutePath();

  private final Rig rig;
  private final Kubectl kubectl;

  /** With the instancetypes and preferences in the cluster that VMInstances name. */
  public Flux(Rig rig) {
    this.rig = rig;
    rig.kubectl().ok("apply", "-f", CHARTS.resolve("instancetypes.yaml").toString());
    this.kubectl =
        rig.kubectlAs(
            USER, List.of("system:serviceaccounts", "system:serviceaccounts:cozy-fluxcd"));
  }

  /** Installs or upgrades the chart of a VMInstance with the values that are stored. */
  public Outcome reconcile(String namespace, String vmInstance) {
    String release = "vm-instance-" + vmInstance;
    String values =
        rig.kubectl().get("helmrelease", release, "-n", namespace).at("/spec/values").toString();
    return kubectl.runProgram(
        List.of(Tools.program("cozystack").toString(), "helm-release"),
        values.isEmpty() ? "{}" : values,
        release,
        CHARTS.resolve("vm-instance").toString(),
        "--namespace=" + namespace);
  }
}
