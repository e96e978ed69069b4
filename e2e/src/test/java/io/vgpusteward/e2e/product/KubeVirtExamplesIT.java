package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** KubeVirt's own examples ask nothing of us: they are stored, or refused, as without us. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class KubeVirtExamplesIT {
  private final Rig rig;
  private final Kubectl kubectl;

  KubeVirtExamplesIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
  }

  @Test
  void examples_areStoredAsWithoutUs() {
    Map<String, String> without = applyAll();
    Map<String, String> with;
    try (Product installed = Product.install(rig)) {
      with = applyAll();
      assertThat(installed.log()).doesNotContain("ERROR");
    }

    assertThat(with).isEqualTo(without);
    assertThat(without.get("vm-cirros.yaml")).startsWith("stored");
    assertThat(without.get("vmi-gpu.yaml")).startsWith("stored");
    assertThat(without.get("vm-pool-cirros.yaml")).startsWith("stored");
  }

  /** What becomes of each file in a new namespace, by the file's name. */
  private Map<String, String> applyAll() {
    String namespace = rig.newNamespace();
    Map<String, String> results = new TreeMap<>();
    for (Path file : KubeVirtExamples.files()) {
      String result = apply(file, namespace).replace(namespace, "<namespace>");
      results.put(file.getFileName().toString(), result);
    }
    deleteAll(namespace);
    return results;
  }

  private String apply(Path file, String namespace) {
    Outcome applied = kubectl.run("apply", "-n", namespace, "-f", file.toString(), "-o", "json");
    if (applied.status() != 0) {
      return "refused: " + applied.err();
    }
    JsonNode object = Vms.parse(applied.out());
    return "stored: "
        + Vms.withoutDrawnNumbers(object.path("spec"))
        + Vms.annotations(object)
        + applied.err();
  }

  /** What runs in it need not end: nobody runs the launchers' pods. */
  private void deleteAll(String namespace) {
    kubectl.ok(
        "delete",
        "-n",
        namespace,
        "-f",
        KubeVirtExamples.folder().toString(),
        "--ignore-not-found",
        "--wait=false");
  }
}
