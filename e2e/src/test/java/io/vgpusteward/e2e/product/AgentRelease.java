package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What node agents are installed with: their account, just the rights that they ship with, and the
 * ConfigMap that tells them what to do. With or without the {@link Product}, which comes first.
 * Closing it takes the rights away; the namespace goes with the product or the class.
 */
final class AgentRelease implements AutoCloseable {
  private static final String ACCOUNT = "vgpu-steward-agent";

  private final Rig rig;
  private final Path kubeconfig;

  private AgentRelease(Rig rig) {
    this.rig = rig;
    kubeconfig = rig.accountKubeconfig(Product.NAMESPACE, ACCOUNT);
  }

  /** Installs all of it, and the release's namespace where it is not there. */
  static AgentRelease install(Rig rig) {
    Kubectl kubectl = rig.kubectl();
    Product.prepare(kubectl);
    kubectl.ok(
        "wait", "--for=condition=Established", "crd/vgpunodes.vgpu-steward.io", "--timeout=30s");
    // Its storage may still be on its way, which kubectl waits for.
    kubectl.ok("get", "vgpunodes.vgpu-steward.io");
    kubectl.apply(Product.resource("agent-rbac.yaml"));
    return new AgentRelease(rig);
  }

  /** Whom agents speak as. */
  Path kubeconfig() {
    return kubeconfig;
  }

  /** Kubectl with the rights of an agent. */
  Kubectl kubectl() {
    return rig.kubectl(kubeconfig);
  }

  /** Makes the ConfigMap just this, by key. */
  void profiles(Map<String, String> data) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", "vgpu-profiles");
    ObjectNode texts = object.putObject("data");
    data.forEach(texts::put);
    rig.api().apply("/api/v1/namespaces/" + Product.NAMESPACE + "/configmaps", "", List.of(object));
  }

  /** The same with lines for one node. */
  void profiles(String node, String... lines) {
    profiles(Map.of(node, String.join("\n", lines) + "\n"));
  }

  @Override
  public void close() {
    rig.kubectl()
        .runWith(
            Product.resource("agent-rbac.yaml"),
            "delete",
            "-f",
            "-",
            "--ignore-not-found",
            "--wait=false")
        .orThrow();
  }
}
