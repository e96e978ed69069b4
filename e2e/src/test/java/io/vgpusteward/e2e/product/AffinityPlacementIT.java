package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Nodes;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Placement by node affinity, with the cluster's stock scheduler. All nodes offer the resource; the
 * label, which the node agent will keep, is set by hand on those whose functions carry the profile.
 * {@link StoryIT} has it with kubelets.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AffinityPlacementIT {
  private static final String TEST = "affinity";
  private static final String LABEL = "profile.vgpu-steward.io/L40S-24Q";
  private static final int MACHINES = 6;

  private final Rig rig;
  private final Product product;
  private Placements vms;

  AffinityPlacementIT(Rig rig) {
    this.rig = rig;
    this.product = Product.install(rig);
    this.vms = new Placements(rig, TEST);
  }

  @BeforeAll
  void nodes() {
    Nodes.create(
        rig.api(),
        List.of(
            wish("east-right", "east", true),
            wish("east-wrong", "east", false),
            wish("west-right", "west", true),
            wish("west-wrong", "west", false),
            wish("north-wrong", "north", false)));
  }

  private static Nodes.Wish wish(String name, String zone, boolean right) {
    Map<String, String> labels = new HashMap<>(Map.of("test", TEST, "zone", zone));
    if (right) {
      labels.put(LABEL, "true");
    }
    return new Nodes.Wish(name, labels, Map.of("nvidia.com/L40S-24Q", "64"));
  }

  @BeforeEach
  void tenant() {
    vms = new Placements(rig, TEST);
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @Test
  void machines_landOnNodesWithTheLabel() {
    for (int i = 0; i < MACHINES; i++) {
      vms.start("guest-" + i, "L40S-24Q");
    }
    for (int i = 0; i < MACHINES; i++) {
      assertThat(vms.awaitNode("guest-" + i)).isIn("east-right", "west-right");
    }
    assertThat(vms.launcher("guest-0").at("/spec/schedulerName").asText())
        .isEqualTo("default-scheduler");
  }

  /** Terms are alternatives: one without the requirement would let the machine go anywhere. */
  @Test
  void everyTermThatIsThere_getsTheRequirement() {
    startIn("east", "north");

    JsonNode terms =
        vms.tenant()
            .vm("zoned")
            .at(
                "/spec/template/spec/affinity/nodeAffinity"
                    + "/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
    assertThat(terms).hasSize(2);
    assertThat(terms)
        .allSatisfy(term ->
            assertThat(term.path("matchExpressions").findValuesAsText("key"))
                .contains("zone", LABEL));
    assertThat(vms.awaitNode("zoned")).isEqualTo("east-right");
  }

  @Test
  void machineWithoutANode_waitsForTheLabel() {
    startIn("north", "south");
    vms.awaitRefusal("zoned", "node affinity");

    rig.kubectl().ok("label", "node", "north-wrong", LABEL + "=true");
    assertThat(vms.awaitNode("zoned")).isEqualTo("north-wrong");

    rig.kubectl().ok("label", "node", "north-wrong", LABEL + "-");
    assertThat(Optional.ofNullable(vms.placed().get("zoned"))).contains("north-wrong");
  }

  private void startIn(String first, String second) {
    vms.tenant()
        .apply(
            Manifest.of("vm-of-two-zones.yaml")
                .replace("${FIRST}", first)
                .replace("${SECOND}", second));
  }
}
