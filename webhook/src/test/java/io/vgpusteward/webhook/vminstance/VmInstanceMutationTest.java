package io.vgpusteward.webhook.vminstance;

import static io.vgpusteward.webhook.vminstance.VmInstances.admitted;
import static io.vgpusteward.webhook.vminstance.VmInstances.annotated;
import static io.vgpusteward.webhook.vminstance.VmInstances.cluster;
import static io.vgpusteward.webhook.vminstance.VmInstances.denied;
import static io.vgpusteward.webhook.vminstance.VmInstances.mutate;
import static io.vgpusteward.webhook.vminstance.VmInstances.record;
import static io.vgpusteward.webhook.vminstance.VmInstances.vmInstance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.review.Decision;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VmInstanceMutationTest {
  private static final String ASKS = "profile: L40S-24Q";
  private static final String ASKS_TWO = "profile: L40S-24Q, count: '2'";
  private static final String GPU = "L40S-24Q";
  private static final String OTHER = "L4-6Q";
  private static final String WHOLE = "GA102GL_A10";
  private static final String ONE = record(1, GPU);
  private static final String TWO = record(2, GPU);

  static Stream<Arguments> created() {
    return Stream.of(
        arguments("one", annotated(ASKS), annotated(ASKS + ", " + ONE, GPU)),
        arguments("two", annotated(ASKS_TWO), annotated(ASKS_TWO + ", " + TWO, GPU, GPU)),
        arguments(
            "beside a whole GPU", annotated(ASKS, WHOLE), annotated(ASKS + ", " + ONE, WHOLE, GPU)),
        arguments("listed already", annotated(ASKS, GPU), annotated(ASKS, GPU)),
        arguments(
            "one of two listed already",
            annotated(ASKS_TWO, GPU),
            annotated(ASKS_TWO + ", " + ONE, GPU, GPU)),
        arguments(
            "a copy of one that is stored",
            annotated(ASKS + ", " + ONE, GPU),
            annotated(ASKS + ", " + ONE, GPU)),
        arguments(
            "a profile without a resource",
            annotated("profile: A16-2Q"),
            annotated("profile: A16-2Q")),
        arguments("no annotation", annotated("", GPU), annotated("", GPU)),
        arguments(
            "an empty list",
            vmInstance("annotations: {vgpu-steward.io/profile: L40S-24Q, team: cad}", "{gpus: []}"),
            annotated(ASKS + ", " + ONE, GPU)),
        arguments(
            "a list that is null",
            vmInstance(
                "annotations: {vgpu-steward.io/profile: L40S-24Q, team: cad}", "{gpus: null}"),
            annotated(ASKS + ", " + ONE, GPU)),
        arguments(
            "no spec",
            vmInstance("annotations: {vgpu-steward.io/profile: L40S-24Q, team: cad}", "null"),
            annotated(ASKS + ", " + ONE, GPU)),
        arguments(
            "a record that nobody here wrote",
            annotated(ASKS + ", injected: mine"),
            annotated(ASKS + ", " + ONE, GPU)),
        arguments(
            "a record without an annotation",
            annotated("injected: '{}'", GPU),
            annotated("", GPU)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void created(String name, ObjectNode written, ObjectNode stored) {
    assertThat(admitted(mutate(written, null, cluster())).object()).isEqualTo(stored);
  }

  static Stream<Arguments> updated() {
    ObjectNode one = annotated(ASKS + ", " + ONE, GPU);
    ObjectNode two = annotated(ASKS_TWO + ", " + TWO, GPU, GPU);
    return Stream.of(
        arguments("the annotation goes", one, annotated(ONE, GPU), annotated("")),
        arguments(
            "the annotation goes, beside the user's",
            annotated(ASKS + ", " + ONE, WHOLE, GPU),
            annotated(ONE, WHOLE, GPU),
            annotated("", WHOLE)),
        arguments("all annotations go", one, annotated("", GPU), annotated("")),
        arguments(
            "another profile",
            one,
            annotated("profile: L4-6Q, " + ONE, GPU),
            annotated("profile: L4-6Q, " + record(1, OTHER), OTHER)),
        arguments(
            "another profile, in the user's order",
            annotated(ASKS + ", " + ONE, GPU, WHOLE),
            annotated("profile: L4-6Q, " + ONE, GPU, WHOLE),
            annotated("profile: L4-6Q, " + record(1, OTHER), WHOLE, OTHER)),
        arguments("more", one, annotated(ASKS_TWO + ", " + ONE, GPU), two),
        arguments("fewer", two, annotated(ASKS + ", " + TWO, GPU, GPU), one),
        arguments(
            "a profile without a resource",
            one,
            annotated("profile: A16-2Q, " + ONE, GPU),
            annotated("profile: A16-2Q")),
        arguments("replaced by the manifest", one, annotated(ASKS), one),
        arguments(
            "replaced by a manifest with a GPU of the user's",
            one,
            annotated(ASKS, WHOLE),
            annotated(ASKS + ", " + ONE, WHOLE, GPU)),
        arguments(
            "replaced by a manifest that lists one of two itself",
            two,
            annotated(ASKS_TWO, GPU),
            annotated(ASKS_TWO + ", " + ONE, GPU, GPU)),
        arguments(
            "the list patched to the user's own",
            one,
            annotated(ASKS + ", " + ONE, WHOLE),
            annotated(ASKS + ", " + ONE, WHOLE, GPU)),
        arguments("the list patched away", one, annotated(ASKS + ", " + ONE), one),
        arguments("the record patched away", one, annotated(ASKS, GPU), one),
        arguments(
            "the annotation comes",
            annotated("", WHOLE),
            annotated(ASKS, WHOLE),
            annotated(ASKS + ", " + ONE, WHOLE, GPU)),
        arguments(
            "the annotation comes, and the GPU is listed already",
            annotated("", GPU),
            annotated(ASKS, GPU),
            annotated(ASKS, GPU)),
        arguments(
            "nothing of ours, in one that was never injected",
            annotated(ASKS),
            vmInstance(
                "annotations: {vgpu-steward.io/profile: L40S-24Q, team: cad}", "{cloudInit: x}"),
            vmInstance(
                "annotations: {vgpu-steward.io/profile: L40S-24Q, team: cad}", "{cloudInit: x}")),
        arguments(
            "a deletion",
            one,
            vmInstance("deletionTimestamp: now, annotations: {}", "{}"),
            vmInstance("deletionTimestamp: now, annotations: {}", "{}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void updated(String name, ObjectNode old, ObjectNode written, ObjectNode stored) {
    assertThat(admitted(mutate(written, old, cluster())).object()).isEqualTo(stored);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("profile: big", "metadata.annotations[vgpu-steward.io/profile]", "{}"),
        arguments(
            "profile: L40S-24Q, count: many", "metadata.annotations[vgpu-steward.io/count]", "{}"),
        arguments("count: '2'", "a count needs a profile", "{}"),
        arguments(
            "profile: L40S-24Q, license: 'no'",
            "metadata.annotations[vgpu-steward.io/license]",
            "{}"),
        arguments(ASKS, "spec.gpus must be a list", "{gpus: nvidia.com/L40S-24Q}"),
        arguments(ASKS, "spec.gpus[] must be an object", "{gpus: [nvidia.com/L40S-24Q]}"),
        arguments(ASKS, "spec.gpus[].name must be", "{gpus: [{deviceName: nvidia.com/L40S-24Q}]}"),
        arguments(ASKS, "spec.gpus[].name must be", "{gpus: [{name: ''}]}"),
        arguments(ASKS, "spec must be an object", "[]"));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource
  void refused(String annotations, String message, String spec) {
    ObjectNode written = annotated(annotations);
    written.set("spec", VmInstances.yaml(spec));

    assertThat(denied(mutate(written, null, cluster()))).contains(message);
  }

  @Test
  void mistakeThatIsStored_isNoReasonToRefuseAnotherChange() {
    ObjectNode old = annotated("profile: big");

    Decision.Admitted decision = admitted(mutate(annotated("profile: big", WHOLE), old, cluster()));

    assertThat(decision.changed()).isFalse();
    assertThat(decision.warnings()).singleElement().asString().contains("is not a vGPU profile");
  }

  static Stream<Arguments> leftAlone() {
    return Stream.of(
        arguments(
            "by its label",
            null,
            vmInstance(
                "labels: {vgpu-steward.io/inject: 'false'}, annotations: {vgpu-steward.io/profile:"
                    + " L40S-24Q}",
                "{}")),
        arguments("without anything of ours", null, annotated("")),
        arguments(
            "with nonsense that is not ours", null, vmInstance("annotations: {}", "{gpus: 5}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void leftAlone(String name, @Nullable ObjectNode old, ObjectNode written) {
    assertThat(admitted(mutate(written, old, cluster())).changed()).isFalse();
  }

  @Test
  void namespaceThatOptedOut_isLeftAlone() {
    assertThat(admitted(mutate(annotated(ASKS), null, VmInstances.optedOut())).changed()).isFalse();
  }

  @Test
  void clusterThatIsNotKnownYet_isWaitedFor_onlyByWhatAsks() {
    assertThat(mutate(annotated(ASKS), null, VmInstances.notReady()))
        .isInstanceOf(Decision.NotReady.class);
    assertThat(admitted(mutate(annotated("", GPU), null, VmInstances.notReady())).changed())
        .isFalse();
  }

  @Test
  void resourceOfAnotherSpelling_isTheOneNamedAfterTheProfile() {
    Decision decision =
        mutate(annotated(ASKS), null, VmInstances.permitting("nvidia.com/NVIDIA_L40S-24Q"));

    assertThat(admitted(decision).object().at("/spec/gpus").toString())
        .isEqualTo("[{\"name\":\"nvidia.com/NVIDIA_L40S-24Q\"}]");
  }

  @Test
  void entryOfTheSameBoard_isNotTheProfiles() {
    // All L40S share a PCI id, but the chart's GPU would then be named after another profile.
    assertThat(admitted(mutate(annotated("profile: L40S-12Q"), null, cluster())).changed())
        .isFalse();
  }

  @Test
  void whatWasTakenOut_isSaid_andSoIsALicenceThatCannotArrive() {
    Decision taken = mutate(annotated(ONE, GPU), annotated(ASKS + ", " + ONE, GPU), cluster());
    assertThat(admitted(taken).warnings())
        .singleElement()
        .asString()
        .contains("took out nvidia.com/L40S-24Q");

    Decision license = mutate(annotated("license: 'true'"), null, cluster());
    assertThat(admitted(license).warnings()).singleElement().asString().contains("do not reach");
  }

  @Test
  void injection_isAudited() {
    assertThat(admitted(mutate(annotated(ASKS_TWO), null, cluster())).audit())
        .containsEntry("gpus", "nvidia.com/L40S-24Q=2");
  }
}
