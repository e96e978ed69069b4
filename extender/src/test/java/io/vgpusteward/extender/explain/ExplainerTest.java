package io.vgpusteward.extender.explain;

import static io.vgpusteward.extender.explain.Scene.L40S;
import static io.vgpusteward.extender.explain.Scene.P12;
import static io.vgpusteward.extender.explain.Scene.P24;
import static io.vgpusteward.extender.explain.Scene.carrying;
import static io.vgpusteward.extender.explain.Scene.changing;
import static io.vgpusteward.extender.explain.Scene.empty;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.extender.explain.NextStep.Word;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExplainerTest {
  static Stream<Arguments> steps() {
    return Stream.of(
        Arguments.of(
            "no KubeVirt",
            waiting().withoutKubeVirt(),
            Word.NO_KUBEVIRT,
            "install KubeVirt, or make its KubeVirt object"),
        Arguments.of(
            "no request",
            new Scene().machine("desk", "", Map.of(), Set.of(), true),
            Word.NO_VGPU,
            "it asks for no vGPU: set the annotation vgpu-steward.io/profile"),
        Arguments.of(
            "annotated profile of a board that is not listed",
            new Scene().permitting("nvidia.com/A10-12Q").unmanaged("L4-6Q", false),
            Word.NOT_PERMITTED,
            "add nvidia.com/L4-6Q with pciVendorSelector \"10DE:27B8\" to"
                + " spec.configuration.permittedHostDevices.pciHostDevices"),
        Arguments.of(
            "listed device that is not in the list any more",
            waiting().permitting("nvidia.com/A10-12Q").node("a", 2, carrying(4, P24)),
            Word.NOT_PERMITTED,
            "add nvidia.com/L40S-24Q with pciVendorSelector \"10DE:26B9\""),
        Arguments.of(
            "annotation that is no profile",
            new Scene().machine("L40S-24"),
            Word.NOT_ANSWERABLE,
            "\"L40S-24\", which is no profile: correct the annotation"),
        Arguments.of(
            "not injected",
            new Scene().unmanaged("L40S-24Q", false).node("a", 1, carrying(4, P24)),
            Word.NOT_INJECTED,
            "was not given its devices: vgpu-steward adopt t/desk"),
        Arguments.of(
            "not injected, opted out",
            new Scene().unmanaged("L40S-24Q", true),
            Word.NOT_INJECTED,
            "take its label vgpu-steward.io/inject=false away"),
        Arguments.of(
            "not injected, its namespace opted out",
            new Scene().unmanaged("L40S-24Q", false).namespace("t", Map.of(Keys.INJECT, "false")),
            Word.NOT_INJECTED,
            "since namespace t has the label vgpu-steward.io/inject=false"),
        Arguments.of(
            "placed",
            new Scene()
                .machine("L40S-24Q")
                .pod("desk", Optional.of("a"), Optional.empty())
                .node("a", 1, carrying(4, P24)),
            Word.PLACED,
            "nothing: it has its node, a"),
        Arguments.of(
            "stopped",
            new Scene()
                .machine("desk", "L40S-24Q", Map.of(L40S, 1), Set.of(), false)
                .node("a", 1, carrying(4, P24)),
            Word.STOPPED,
            "start it, node a fits and has room: virtctl start desk -n t"),
        Arguments.of(
            "stopped, and no node has it",
            new Scene()
                .machine("desk", "L40S-24Q", Map.of(L40S, 1), Set.of(), false)
                .node("a", 0, empty(4)),
            Word.COULD_CARRY,
            "add 0000:41:00.4=L40S-24Q to ConfigMap vgpu-profiles for node a: this VF carries"
                + " nothing and could"),
        Arguments.of(
            "there is room",
            waiting().node("a", 1, carrying(4, P24)),
            Word.SCHEDULER,
            "node a fits and has room: wait for its scheduler"),
        Arguments.of(
            "changing",
            waiting().node("a", 1, changing(4)).node("b", 0, empty(4)),
            Word.CHANGING,
            "wait: on node a the node agent is about to change 0000:41:00.4 from L40S-12Q to"
                + " L40S-24Q"),
        Arguments.of(
            "could carry, before a node that is full",
            waiting()
                .pod("other", Optional.of("a"), Optional.empty())
                .node("a", 1, carrying(4, P24))
                .node("b", 0, empty(4), empty(5)),
            Word.COULD_CARRY,
            "add 0000:41:00.4=L40S-24Q to ConfigMap vgpu-profiles for node b"),
        Arguments.of(
            "full",
            waiting()
                .pod("other", Optional.of("a"), Optional.empty())
                .node("a", 1, carrying(4, P24))
                .nodeWithoutInventory("b", 1),
            Word.NO_FREE_DEVICE,
            "node a fits and has 0 of 1 nvidia.com/L40S-24Q free, held by t/other: stop one of"
                + " these"),
        Arguments.of(
            "cordoned",
            waiting().node("a", 1, carrying(4, P24)).cordoned("a"),
            Word.CORDONED,
            "kubectl uncordon a"),
        Arguments.of(
            "no label",
            new Scene()
                .machine("desk", "L40S-24Q", Map.of(L40S, 1), Set.of("L40S-24Q"), true)
                .waiting()
                .node("a", 1, carrying(4, P24)),
            Word.NO_LABEL,
            "node a fits and lacks the label profile.vgpu-steward.io/L40S-24Q=true, which"),
        Arguments.of(
            "label",
            new Scene()
                .machine("desk", "L40S-24Q", Map.of(L40S, 1), Set.of("L40S-24Q"), true)
                .waiting()
                .node("a", 1, carrying(4, P24))
                .labelled("a", "L40S-24Q"),
            Word.SCHEDULER,
            "node a fits and has room"),
        Arguments.of(
            "ambiguous",
            waiting().node("a", 2, carrying(4, P24), carrying(5, P12)),
            Word.AMBIGUOUS,
            "node a: "),
        Arguments.of(
            "unknown",
            waiting().nodeWithoutInventory("a", 1).node("b", 2, carrying(4, P12), carrying(5, P12)),
            Word.UNKNOWN,
            "node a: there is no VgpuNode a, so nothing is known of its GPUs; see whether the node"
                + " agent runs"),
        Arguments.of(
            "lacks",
            waiting().node("b", 1, carrying(4, P12)).plainNode("c"),
            Word.LACKS,
            "node b: no VF of nvidia.com/L40S-24Q carries L40S-24Q"),
        Arguments.of(
            "no node",
            waiting().plainNode("c"),
            Word.NO_NODE,
            "none gives out nvidia.com/L40S-24Q: see whether the node agent runs"));
  }

  private static Scene waiting() {
    return new Scene().machine("L40S-24Q").waiting();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("steps")
  void nextStep_isTheOneThatHelpsMost(String name, Scene scene, Word word, String text) {
    NextStep next = scene.explained().next();

    assertThat(next.word()).as(next.text()).isEqualTo(word);
    assertThat(next.text()).contains(text);
  }

  @Test
  void explanation_saysWhatIsAskedFor_andWhereItStands() {
    Explanation explanation =
        waiting()
            .node("a", 1, carrying(4, P12))
            .nodeWithoutInventory("b", 1)
            .plainNode("c")
            .plainNode("d")
            .explained();

    assertThat(explanation.asks()).isEqualTo("1 L40S-24Q by nvidia.com/L40S-24Q");
    assertThat(explanation.standing())
        .isEqualTo(
            "Pod t/virt-launcher-desk-abcde has no node; default-scheduler says: 0/3 nodes are"
                + " available");
    assertThat(explanation.verdicts()).isEqualTo("1 Lacks, 1 Unknown");
    assertThat(explanation.otherNodes()).isEqualTo(2);
    assertThat(explanation.notes()).isEmpty();
  }

  @Test
  void guestWithoutAPod_standsBeforeIt() {
    assertThat(new Scene().machine("L40S-24Q").explained().standing())
        .isEqualTo(
            "it is to run and has no pod yet: see the conditions of its VirtualMachineInstance");
    assertThat(new Scene().unmanaged("L40S-24Q", false).explained().standing())
        .isEqualTo("it does not run");
  }

  @Test
  void machineThatWasNeverManaged_isNoted() {
    assertThat(new Scene().unmanaged("L40S-24Q", false).explained().notes())
        .containsExactly(
            "the webhook has not injected anything into it: vgpu-steward adopt t/desk");
    assertThat(new Scene().unmanaged("L40S-24Q", true).explained().notes()).isEmpty();
  }

  @Test
  void taken_isWhatPodsHold() {
    NodeAnswer node =
        waiting()
            .pod("other", Optional.of("a"), Optional.empty())
            .node("a", 2, carrying(4, P24), carrying(5, P24))
            .explained()
            .nodes()
            .getFirst();

    assertThat(node.taken().values()).containsExactly(1);
    assertThat(node.free().values()).containsExactly(1);
  }

  @Test
  void label_isTold_whereItIsRequired() {
    Scene scene =
        new Scene()
            .machine("desk", "L40S-24Q", Map.of(L40S, 1), Set.of("L40S-24Q"), true)
            .node("a", 1, carrying(4, P24))
            .labelled("a", "L40S-24Q")
            .node("b", 1, carrying(4, P12))
            .cordoned("b");

    assertThat(scene.explained().nodes())
        .satisfiesExactly(
            a -> assertThat(a.why()).endsWith("; the node has the label that is required"),
            b ->
                assertThat(b.why())
                    .endsWith(
                        "; the node is cordoned; the node lacks the label"
                            + " profile.vgpu-steward.io/L40S-24Q=true"));
    assertThat(waiting().node("a", 1, carrying(4, P24)).explained().nodes().getFirst().why())
        .doesNotContain("label");
  }

  @Test
  void key_isWithoutNumbersAndHolders() {
    Scene one =
        waiting().pod("other", Optional.of("a"), Optional.empty()).node("a", 1, carrying(4, P24));
    Scene another =
        waiting()
            .pod("third", Optional.of("a"), Optional.empty())
            .pod("fourth", Optional.of("a"), Optional.empty())
            .node("a", 2, carrying(4, P24), carrying(5, P24));

    assertThat(one.explained().next().text()).isNotEqualTo(another.explained().next().text());
    assertThat(one.explained().next().key()).isEqualTo(another.explained().next().key());
    assertThat(waiting().node("a", 0, empty(4)).explained().next().key())
        .isNotEqualTo(waiting().node("b", 0, empty(4)).explained().next().key());
  }
}
