package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.NodePod;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * From {@code kubectl apply} of one annotation to a launcher that runs on a node whose functions
 * carry the profile, with the licence in its user data.
 *
 * <p>Both nodes advertise the resource; only one tells the truth. The label that says so is set by
 * hand, for want of an agent.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoryIT {
  private static final String SECRET = "vgpu-steward-user-data-workstation";
  private static final String RESOURCE = "nvidia.com/L40S-24Q";

  /** The licence's {@code FeatureType=1} as the boothook has it. */
  private static final String GRIDD_CONF = "RmVhdHVyZVR5cGU9MQo=";

  private static final Gpu L40S = Gpu.of("L40S", "0000:41:00.0").withVfs(4);
  private static final Pattern BASE64_BODY = Pattern.compile("\r?\n\r?\n([A-Za-z0-9+/=\r\n]+)");

  private final Rig rig;
  private final Kubectl kubectl;
  private final Product product;
  private final SimulatedNode honest;
  private final SimulatedNode lying;

  StoryIT(Rig rig) {
    this.rig = rig;
    this.kubectl = rig.kubectl();
    this.product = Product.install(rig, "--user-secret-poll=2s");
    this.honest =
        SimulatedNode.start(
            rig,
            "story-honest",
            Gpus.of(L40S.withTypes(1155, 1155)),
            Map.of("profile.vgpu-steward.io/L40S-24Q", "true"));
    this.lying =
        SimulatedNode.start(rig, "story-lying", Gpus.of(L40S.withTypes(1153, 1153, 1153, 1153)));
  }

  @BeforeAll
  void bothNodesOfferTheResource() {
    Wait.until("the honest node offers two", () -> offers(honest).equals(Optional.of("2")));
    Wait.until("the other one offers four", () -> offers(lying).equals(Optional.of("4")));
  }

  @AfterAll
  void cleanUp() {
    honest.close();
    lying.close();
    product.close();
  }

  @Test
  void virtualMachine_waitsForALateLicenceAndRunsWhereTheProfileIs() {
    String namespace = rig.newNamespace();
    kubectl.apply(Manifest.of("vm.yaml"), "-n", namespace);
    Wait.until(
        "the launcher waits for the Secret",
        () ->
            kubectl
                .ok("get", "events", "-n", namespace, "--field-selector=reason=FailedMount")
                .contains(SECRET));

    kubectl.apply(Manifest.LICENSE.replace("namespace: vgpu-steward", "namespace: " + namespace));

    Wait.until("the launcher runs", () -> running(namespace).isPresent());
    NodePod launcher = running(namespace).orElseThrow();
    assertThat(launcher.container("compute").environment().get("PCI_RESOURCE_NVIDIA_COM_L40S-24Q"))
        .isIn("0000:41:00.4", "0000:41:00.5");
    assertThat(launcher.annotations()).containsEntry("vgpu-steward.io/profile", "L40S-24Q");
    assertThat(decodedParts(userData(launcher)))
        .contains("#cloud-config\nhostname: workstation\n", "#cloud-boothook", GRIDD_CONF);

    kubectl.ok("delete", "vm", "workstation", "-n", namespace, "--timeout=100s");
    Wait.until(
        "the Secret is gone", () -> kubectl.find("secret", SECRET, "-n", namespace).isEmpty());
  }

  private static Optional<String> offers(SimulatedNode node) {
    return node.allocatable(RESOURCE);
  }

  /** The launcher of the namespace, once its main container runs; on the honest node. */
  private Optional<NodePod> running(String namespace) {
    return honest.pods().stream()
        .filter(pod -> pod.namespace().equals(namespace))
        .filter(pod ->
            pod.containers().stream()
                .anyMatch(one -> one.name().equals("compute") && one.state().equals("running")))
        .findFirst();
  }

  /** What the launcher would make the guest's disk of. */
  private String userData(NodePod launcher) {
    NodePod.Mount mount =
        launcher.container("compute").mounts().stream()
            .filter(one -> one.container().endsWith("/userdata"))
            .findAny()
            .orElseThrow();
    return new String(
        honest.read(launcher.namespace(), launcher.name(), "compute", mount.container()), UTF_8);
  }

  private static String decodedParts(String multipart) {
    return BASE64_BODY
        .matcher(multipart)
        .results()
        .map(body -> new String(Base64.getMimeDecoder().decode(body.group(1)), UTF_8))
        .collect(Collectors.joining("\n"));
  }
}
