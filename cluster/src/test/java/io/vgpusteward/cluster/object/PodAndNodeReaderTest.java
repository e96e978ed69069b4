package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodAndNodeReaderTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void launcher_holdsTheHostDevicesOfAllItsContainers() throws Exception {
    assertThat(ObjectReader.launcherPod(Samples.named("pod-launcher"), problems::add))
        .contains(
            new DeviceUser(
                DeviceUser.Kind.Pod,
                "tenant-example",
                "virt-launcher-render-x2x4z",
                new TreeMap<>(
                    Map.of(
                        new ResourceName("nvidia.com/L40S-24Q"),
                        3,
                        new ResourceName("kubevirt.io/token"),
                        1))));
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
