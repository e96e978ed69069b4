package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodAndNodeReaderTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void launcher_holdsTheHostDevicesOfAllItsContainers() throws Exception {
    assertThat(ObjectReader.launcherPod(Samples.named("pod-launcher"), problems::add))
        .contains(
            new LauncherPod(
                "tenant-example",
                "virt-launcher-render-x2x4z",
                "8f1c2f9e-2f0c-4c59-9d0b-2f0c8f1c9d0b",
                Optional.of("gpu-1"),
                Optional.of("render"),
                new TreeMap<>(
                    Map.of(
                        new ResourceName("nvidia.com/L40S-24Q"),
                        3,
                        new ResourceName("kubevirt.io/token"),
                        1)),
                Optional.of("L40S-24Q"),
                -5,
                Optional.of("vgpu-scheduler"),
                Optional.empty(),
                true));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Succeeded", "Failed"})
  void finishedPod_holdsNothing(String phase) throws Exception {
    ObjectNode pod = Samples.named("pod-launcher");
    pod.withObject("/status").put("phase", phase);
    assertThat(ObjectReader.launcherPod(pod, problems::add)).isEmpty();
  }

  @Test
  void otherPod_isNone() throws Exception {
    ObjectNode pod = Samples.named("pod-launcher");
    pod.withObject("/metadata/labels").put("kubevirt.io", "virt-handler");
    assertThat(ObjectReader.launcherPod(pod, problems::add)).isEmpty();
  }

  /** By type, status and reason of a condition, what the launcher is said to wait for. */
  @ParameterizedTest
  @CsvSource({
    "PodScheduled, 'False', Unschedulable, 0/5 nodes are available, 0/5 nodes are available",
    "PodScheduled, 'False', SchedulerError, no answer, no answer",
    "PodScheduled, 'False', Unschedulable, '', Unschedulable",
    "PodScheduled, 'False', SchedulingGated, gated,",
    "PodScheduled, 'True', Unschedulable, placed,",
    "Ready, 'False', Unschedulable, not this one,",
  })
  void pendingLauncher_saysWhatItsSchedulerSaid(
      String type, String status, String reason, String message, @Nullable String expected)
      throws Exception {
    ObjectNode pod = Samples.named("pod-launcher");
    pod.withObject("/spec").remove("nodeName");
    pod.withObject("/status").put("phase", "Pending");
    pod.withArray("/status/conditions")
        .addObject()
        .put("type", type)
        .put("status", status)
        .put("reason", reason)
        .put("message", message);

    LauncherPod launcher = ObjectReader.launcherPod(pod, problems::add).orElseThrow();

    assertThat(launcher.node()).isEmpty();
    assertThat(launcher.unschedulable()).isEqualTo(Optional.ofNullable(expected));
    assertThat(problems).isEmpty();
  }

  /** What alone makes a launcher count, and what it then shows. */
  @ParameterizedTest
  @CsvSource({
    "'spec: {containers: [{resources: {requests: {vgpu-steward.io/framebuffer-gib: 24}}}]}', true,",
    "'spec: {containers: [{resources: {limits: {vgpu-steward.io/framebuffer-gib: 24}}}]}', true,",
    "'spec: {containers: [{name: compute}]}', false, L40S-24Q",
  })
  void launcherWithoutDevices_countsByItsMarkerOrItsProfile(
      String spec, boolean marked, @Nullable String profile) {
    String annotations =
        profile == null ? "" : ", annotations: {vgpu-steward.io/profile: " + profile + "}";
    LauncherPod launcher =
        ObjectReader.launcherPod(
                Samples.yaml(
                    "metadata: {name: a, labels: {kubevirt.io: virt-launcher}"
                        + annotations
                        + "}\n"
                        + spec),
                problems::add)
            .orElseThrow();

    assertThat(launcher.devices()).isEmpty();
    assertThat(launcher.marked()).isEqualTo(marked);
    assertThat(launcher.profile()).isEqualTo(Optional.ofNullable(profile));
    assertThat(launcher.priority()).isZero();
    assertThat(launcher.toString()).isEqualTo("Pod /a");
  }

  @Test
  void priority_isClamped_andOtherOwnersAreNoGuests() throws Exception {
    ObjectNode pod = Samples.named("pod-launcher");
    pod.withObject("/spec").put("priority", 5_000_000_000L);
    ((ObjectNode) pod.at("/metadata/ownerReferences/0")).put("kind", "Job");
    LauncherPod launcher = ObjectReader.launcherPod(pod, problems::add).orElseThrow();
    assertThat(launcher.priority()).isEqualTo(Integer.MAX_VALUE);
    assertThat(launcher.guest()).isEmpty();
  }

  @Test
  void podWithoutDevices_isNone() {
    assertThat(
            ObjectReader.launcherPod(
                Samples.yaml(
                    "metadata: {name: a, labels: {kubevirt.io: virt-launcher}}\n"
                        + "spec: {containers: [{name: compute}]}"),
                problems::add))
        .isEmpty();
  }

  @Test
  void node_isReducedToResourcesLabelsAndSchedulable() throws Exception {
    assertThat(ObjectReader.node(Samples.named("node"), problems::add))
        .isEqualTo(
            new Node(
                "gpu-1",
                false,
                new TreeMap<>(
                    Map.of(
                        new ResourceName("nvidia.com/L40S-24Q"),
                        2,
                        new ResourceName("nvidia.com/A10-12Q"),
                        0,
                        new ResourceName("example.com/many"),
                        2000)),
                new TreeMap<>(Map.of(new ResourceName("nvidia.com/L40S-24Q"), 4)),
                new TreeSet<>(List.of("L40S-24Q"))));
    assertThat(problems).containsExactly("status.allocatable.example.com/broken is not a quantity");
  }

  @Test
  void heartbeat_makesNoOtherNode() throws Exception {
    ObjectNode later = Samples.named("node");
    later.withArray("/status/conditions").removeAll();
    later.withObject("/metadata").put("resourceVersion", "2");
    assertThat(ObjectReader.node(later, problems::add))
        .isEqualTo(ObjectReader.node(Samples.named("node"), problems::add));
  }
}
