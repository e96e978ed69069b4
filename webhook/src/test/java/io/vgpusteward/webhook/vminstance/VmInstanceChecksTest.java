package io.vgpusteward.webhook.vminstance;

import static io.vgpusteward.webhook.vminstance.VmInstances.admitted;
import static io.vgpusteward.webhook.vminstance.VmInstances.annotated;
import static io.vgpusteward.webhook.vminstance.VmInstances.check;
import static io.vgpusteward.webhook.vminstance.VmInstances.cluster;
import static io.vgpusteward.webhook.vminstance.VmInstances.denied;
import static io.vgpusteward.webhook.vminstance.VmInstances.record;
import static io.vgpusteward.webhook.vminstance.VmInstances.vmInstance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.webhook.check.Supply;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VmInstanceChecksTest {
  private static final String GPU = "L40S-24Q";
  private static final String OTHER = "L4-6Q";
  private static final String ASKS = "profile: L40S-24Q";
  private static final String INJECTED = ASKS + ", " + record(1, GPU);
  private static final String UNKNOWN = "A16-2Q";

  private static final ObjectNode NO_GPU = vmInstance("annotations: {}", "{gpus: []}");
  private static final ObjectNode GUEST =
      vmInstance("annotations: {}", "{cloudInit: '#cloud-config', gpus: []}");

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments(
            Rule.DEVICE_NOT_PERMITTED,
            "an unknown resource",
            null,
            annotated("", UNKNOWN),
            "spec.gpus: this cluster has no GPU \"nvidia.com/A16-2Q\" for virtual machines;"
                + " its GPUs: nvidia.com/L4-6Q, nvidia.com/L40S-24Q, nvidia.com/GA102GL_A10"),
        arguments(
            Rule.DEVICE_NOT_PERMITTED,
            "a profile for a resource",
            null,
            vmInstance("annotations: {}", "{gpus: [{name: L40S-24Q}]}"),
            "did you mean nvidia.com/L40S-24Q?"),
        arguments(
            Rule.DEVICE_NOT_PERMITTED,
            "one more, in an update",
            annotated("", GPU),
            annotated("", GPU, UNKNOWN),
            "no GPU \"nvidia.com/A16-2Q\""),
        arguments(
            Rule.UNKNOWN_PROFILE,
            "a profile without a resource",
            null,
            annotated("profile: A16-2Q"),
            "metadata.annotations[vgpu-steward.io/profile]: this cluster has no vGPU profile"
                + " A16-2Q; its profiles: L4-6Q, L40S-24Q"),
        arguments(
            Rule.UNKNOWN_PROFILE,
            "a profile of a permitted board",
            null,
            annotated("profile: L40S-12Q"),
            "no vGPU profile L40S-12Q"),
        arguments(
            Rule.MALFORMED_GPUS,
            "a text",
            null,
            vmInstance("annotations: {}", "{gpus: nvidia.com/L40S-24Q}"),
            "spec.gpus must be a list; write gpus: [{name: <resource>}]"),
        arguments(
            Rule.MALFORMED_GPUS,
            "texts",
            NO_GPU,
            vmInstance("annotations: {}", "{gpus: [nvidia.com/L40S-24Q]}"),
            "spec.gpus[] must be an object"),
        arguments(
            Rule.MALFORMED_GPUS,
            "a virtual machine's gpus",
            null,
            vmInstance("annotations: {}", "{gpus: [{deviceName: nvidia.com/L40S-24Q}]}"),
            "spec.gpus[].name must be"),
        arguments(
            Rule.MIXED_REQUEST,
            "another profile beside the annotation's",
            null,
            annotated(INJECTED, OTHER, GPU),
            "lists nvidia.com/L4-6Q beside nvidia.com/L40S-24Q"),
        arguments(
            Rule.TOO_MANY,
            "seventeen",
            null,
            annotated("", Collections.nCopies(17, GPU).toArray(String[]::new)),
            "17 vGPUs are more than a virtual machine can have; ask for 16 at most"),
        arguments(
            Rule.TOO_MANY,
            "more than a node has",
            null,
            annotated("", OTHER, OTHER),
            "spec.gpus: no node can give 2 of nvidia.com/L4-6Q; the most that one has is 1"),
        arguments(
            Rule.WINDOWS_LICENSE,
            "Windows",
            null,
            vmInstance(
                "annotations: {}",
                "{instanceProfile: windows.2k22, gpus: [{name: nvidia.com/L40S-24Q}]}"),
            "a Windows guest does not get the vGPU licence from here"),
        arguments(
            Rule.LICENSE_UNDELIVERED,
            "no cloud-init disk in one that exists",
            NO_GPU,
            annotated("", GPU),
            "has no cloud-init disk"),
        arguments(
            Rule.INJECTION_MISSING,
            "an annotation that nobody answered",
            null,
            annotated(ASKS),
            "the GPU that the annotation asks for has not been added; try again"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void broken(
      Rule rule, String name, @Nullable ObjectNode old, ObjectNode written, String message) {
    Decision byDefault = check(written, old, cluster(), Policy.defaults());
    String said =
        rule.byDefault() == Mode.DENY
            ? denied(byDefault)
            : String.join("\n", admitted(byDefault).warnings());
    assertThat(said).contains(message).contains("[" + rule.id() + "]");

    Decision warned = check(written, old, cluster(), new Policy(Map.of(rule, Mode.WARN)));
    assertThat(admitted(warned).warnings()).anySatisfy(w -> assertThat(w).contains(message));

    Decision off = check(written, old, cluster(), new Policy(Map.of(rule, Mode.OFF)));
    assertThat(admitted(off).warnings()).noneSatisfy(w -> assertThat(w).contains(message));
  }

  static Stream<Arguments> quiet() {
    return Stream.of(
        arguments("a whole GPU", null, annotated("", "GA102GL_A10")),
        arguments("what was injected", null, annotated(INJECTED, GPU)),
        arguments("listed and asked for", null, annotated(ASKS, GPU)),
        arguments("beside a whole GPU", null, annotated(INJECTED, "GA102GL_A10", GPU)),
        arguments("none", null, annotated("")),
        arguments(
            "sixteen", null, annotated("", Collections.nCopies(16, GPU).toArray(String[]::new))),
        arguments(
            "an unknown one that was there", annotated("", UNKNOWN), annotated("", UNKNOWN, GPU)),
        arguments(
            "an unknown one of two less", annotated("", UNKNOWN, GPU), annotated("", UNKNOWN)),
        arguments(
            "an unknown profile that was there",
            annotated("profile: A16-2Q"),
            annotated("profile: A16-2Q, license: 'true'")),
        arguments(
            "nonsense that was there, beside our annotation",
            vmInstance("annotations: {}", "{gpus: 5}"),
            vmInstance("annotations: {vgpu-steward.io/license: 'true'}", "{gpus: 5}")),
        arguments(
            "nothing of ours",
            vmInstance("annotations: {}", "{gpus: 5}"),
            vmInstance("annotations: {}", "{gpus: 5, cloudInit: x}")),
        arguments("an empty list for none", NO_GPU, vmInstance("annotations: {}", "{}")),
        arguments(
            "one that goes",
            annotated("", UNKNOWN),
            vmInstance("deletionTimestamp: now", "{gpus: [{name: x}]}")),
        arguments(
            "hands off",
            null,
            vmInstance("labels: {vgpu-steward.io/inject: 'false'}", "{gpus: [{name: x}]}")),
        arguments("a new one without a cloud-init disk", null, annotated("", GPU)),
        arguments(
            "one that exists, with cloud-init",
            GUEST,
            vmInstance(
                "annotations: {}",
                "{cloudInit: '#cloud-config', gpus: [{name: nvidia.com/L40S-24Q}]}")),
        arguments(
            "one that exists, with keys",
            NO_GPU,
            vmInstance(
                "annotations: {}",
                "{sshKeys: [ssh-ed25519 A], gpus: [{name: nvidia.com/L40S-24Q}]}")),
        arguments(
            "Windows with a whole GPU",
            null,
            vmInstance(
                "annotations: {}",
                "{instanceProfile: windows.11, gpus: [{name: nvidia.com/GA102GL_A10}]}")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void quiet(String name, @Nullable ObjectNode old, ObjectNode written) {
    Decision decision = check(written, old, cluster(), Policy.defaults());

    assertThat(admitted(decision).warnings()).isEmpty();
    assertThat(admitted(decision).changed()).isFalse();
  }

  @Test
  void clusterWithoutAPermittedList_refusesNoDevice() {
    Decision decision =
        check(annotated("", UNKNOWN), null, VmInstances.permitting(""), Policy.defaults());

    assertThat(admitted(decision).warnings()).isEmpty();
  }

  @Test
  void clusterThatIsNotKnownYet_isWaitedFor_onlyByWhatHasGpus() {
    assertThat(check(annotated("", GPU), null, VmInstances.notReady(), Policy.defaults()))
        .isInstanceOf(Decision.NotReady.class);
    admitted(check(annotated(""), null, VmInstances.notReady(), Policy.defaults()));
    admitted(
        check(annotated("", GPU), annotated("", GPU), VmInstances.notReady(), Policy.defaults()));
  }

  @Test
  void licenceThatHasEnded_isSaidOnce_toWhoeverAsksForTheGpu() {
    ClusterView view = VmInstances.licensedUntil(Instant.EPOCH);
    ObjectNode written = annotated("", GPU);

    assertThat(admitted(check(written, null, view, Policy.defaults())).warnings())
        .singleElement()
        .asString()
        .contains("the token in Secret tenant-a/vgpu-license expired", "[license-expiring]");
    assertThat(
            admitted(check(annotated("", GPU, GPU), written, view, Policy.defaults())).warnings())
        .isEmpty();
  }

  @Test
  void profileThatNoVirtualFunctionCarries_isSaid() {
    Profile wanted = Profile.parse(GPU).orElseThrow();
    Vf empty = Vf.unset("0000:41:00.4", Set.of(wanted));
    Gpu gpu =
        new Gpu(
            "0000:41:00.0",
            Optional.empty(),
            Optional.of("L40S"),
            false,
            Gpu.Sizes.Equal,
            OptionalInt.of(48),
            new TreeSet<>(Set.of(wanted)),
            List.of(empty));
    Supply supply = new Supply(Map.of("a", NodeInventory.of("a", gpu)), Map.of());

    Decision decision = check(annotated("", GPU), null, cluster(), Policy.defaults(), supply);

    assertThat(admitted(decision).warnings())
        .singleElement()
        .asString()
        .startsWith("spec.gpus: no virtual function carries L40S-24Q now, though one could")
        .contains("[profile-not-carried]");
  }

  @Test
  void namespaceThatOptedOut_isLeftAlone() {
    admitted(check(annotated("", UNKNOWN), null, VmInstances.optedOut(), Policy.defaults()));
  }

  @Test
  void mistakeInTheAnnotation_isRefusedHereToo() {
    Decision decision = check(annotated("profile: big"), null, cluster(), Policy.defaults());

    assertThat(denied(decision)).contains("is not a vGPU profile");
  }

  @Test
  void manyUnknown_areSaidOnceEach_andNoneAtLength() {
    String[] gpus = {UNKNOWN, UNKNOWN, "x".repeat(300)};

    String said = denied(check(annotated("", gpus), null, cluster(), Policy.defaults()));

    assertThat(said).containsOnlyOnce("\"nvidia.com/A16-2Q\"").doesNotContain("x".repeat(100));
  }
}
