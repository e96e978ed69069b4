package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestDevices;
import io.vgpusteward.cluster.GuestTemplate;
import io.vgpusteward.cluster.InstancetypeReference;
import io.vgpusteward.cluster.Traces;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestReaderTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void virtualMachine_showsDevicesTracesAndStanding() throws Exception {
    Guest guest = ObjectReader.virtualMachine(Samples.named("vm-with-all-devices"), problems::add);
    assertThat(guest.devices())
        .isEqualTo(
            new GuestDevices(
                devices(
                    Map.of(
                        "nvidia.com/A10-12Q", 1, "nvidia.com/L40S-24Q", 2, "kubevirt.io/token", 1)),
                true,
                Optional.of(
                    new InstancetypeReference(
                        false, "gpu.small", Optional.of("render-gpu.small-1")))));
    assertThat(guest.traces())
        .isEqualTo(
            new Traces(
                Optional.of("L40S-24Q"),
                new TreeSet<>(List.of("L40S-24Q")),
                48,
                Optional.of("gpu-scheduler")));
    assertThat(guest.running()).isTrue();
    assertThat(guest.finished()).isFalse();
    assertThat(guest.optedOut()).isTrue();
    assertThat(guest.clusterApiWorker()).isTrue();
    assertThat(problems).isEmpty();
  }

  @Test
  void virtualMachine_withoutAnyOfIt() throws Exception {
    Guest guest = ObjectReader.virtualMachine(Samples.named("vm-without-template"), problems::add);
    assertThat(guest.devices()).isSameAs(GuestDevices.NONE);
    assertThat(guest.traces()).isSameAs(Traces.NONE);
    assertThat(guest.running()).isFalse();
    assertThat(guest.optedOut()).isFalse();
    assertThat(guest.clusterApiWorker()).isFalse();
  }

  @Test
  void instance_isItsOwnTemplate_andRunsUntilItHasFinished() {
    String yaml =
        """
        metadata:
          name: one
          namespace: team
          labels: {cluster.x-k8s.io/role: node}
          annotations: {vgpu-steward.io/profile: L4-6Q}
        spec:
          instancetype: {name: nothing-to-it}
          schedulerName: mine
          domain: {devices: {gpus: [{name: a, deviceName: nvidia.com/L4-6Q}]}}
        status: {phase: %s}
        """;
    Guest scheduling =
        ObjectReader.virtualMachineInstance(
            Samples.yaml(yaml.formatted("Scheduling")), problems::add);
    assertThat(scheduling.running()).isTrue();
    assertThat(scheduling.clusterApiWorker()).isTrue();
    assertThat(scheduling.devices())
        .isEqualTo(
            new GuestDevices(devices(Map.of("nvidia.com/L4-6Q", 1)), false, Optional.empty()));
    assertThat(scheduling.traces().podProfile()).contains("L4-6Q");
    assertThat(scheduling.traces().schedulerName()).contains("mine");
    assertThat(
            ObjectReader.virtualMachineInstance(
                    Samples.yaml(yaml.formatted("Failed")), problems::add)
                .running())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: t}                                         | {}                                    | true  | -",
        "{name: t, kind: VirtualMachineClusterInstancetype} | {}                                   | true  | -",
        "{name: t, kind: virtualmachineclusterinstancetypes} | {}                                  | true  | -",
        "{name: t, kind: virtualmachineinstancetype}       | {}                                    | false | -",
        "{name: t, revisionName: r}                        | {name: t, controllerRevisionRef: {name: s}} | true | r",
        "{name: t}                                         | {name: t, controllerRevisionRef: {name: s}} | true | s",
        "{name: t}                                         | {name: u, controllerRevisionRef: {name: s}} | true | -",
      })
  void instancetype_andTheRevisionThatCounts(
      String spec, String status, boolean clusterWide, String revision) {
    Guest guest =
        ObjectReader.virtualMachine(
            Samples.yaml(
                "spec: {instancetype: %s}\nstatus: {instancetypeRef: %s}".formatted(spec, status)),
            problems::add);
    assertThat(guest.devices().instancetype())
        .contains(
            new InstancetypeReference(
                clusterWide, "t", Optional.of(revision).filter(name -> !name.equals("-"))));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requests: {vgpu-steward.io/framebuffer-gib: '24'} | 24",
        "limits: {vgpu-steward.io/framebuffer-gib: 24}     | 24",
        "limits: {memory: 1Gi}                             | 0",
        "limits: {vgpu-steward.io/framebuffer-gib: '2k'}   | 2000",
        "limits: {vgpu-steward.io/framebuffer-gib: '-1'}   | 0",
        "limits: {vgpu-steward.io/framebuffer-gib: 9E}     | 2147483647",
      })
  void marker_isReadAsAQuantity(String resources, int gib) {
    Guest guest =
        ObjectReader.virtualMachine(
            Samples.yaml(
                "spec: {template: {spec: {domain: {resources: {%s}}}}}".formatted(resources)),
            problems::add);
    assertThat(guest.traces().framebufferGib()).isEqualTo(gib);
    assertThat(problems).isEmpty();
  }

  @Test
  void fieldsOfTheWrongType_areToldByPath_andReadAsAbsent() {
    Guest guest =
        ObjectReader.virtualMachine(
            Samples.yaml(
                """
                spec:
                  instancetype: {name: 5}
                  template:
                    spec:
                      schedulerName: []
                      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [5]}}}
                      domain:
                        resources: {requests: {vgpu-steward.io/framebuffer-gib: lots}}
                        devices: {gpus: [5, {deviceName: []}], hostDevices: no}
                status: {created: "yes"}
                """),
            problems::add);
    assertThat(guest.devices()).isEqualTo(GuestDevices.NONE);
    assertThat(guest.traces())
        .isEqualTo(new Traces(Optional.empty(), new TreeSet<>(), true, 0, Optional.empty()));
    assertThat(guest.running()).isFalse();
    assertThat(problems)
        .contains(
            "spec.instancetype.name is not a string",
            "spec.template.spec.schedulerName is not a string",
            "spec.template.spec.domain.resources.requests.vgpu-steward.io/framebuffer-gib is not a"
                + " quantity",
            "spec.template.spec.domain.devices.gpus[0] is not a mapping",
            "spec.template.spec.domain.devices.gpus[1].deviceName is not a string",
            "spec.template.spec.domain.devices.hostDevices is not a list",
            "status.created is not a boolean");
  }

  @Test
  void replicaSet_andPool_areReadByTheirTemplates() throws Exception {
    assertThat(ObjectReader.replicaSet(Samples.named("replica-set"), problems::add))
        .isEqualTo(
            new GuestTemplate(
                DeviceUser.Kind.VirtualMachineInstanceReplicaSet,
                "tenant-example",
                "batch",
                Map.of("vgpu-steward.io/profile", "L40S-24Q"),
                new GuestDevices(devices(Map.of("nvidia.com/L4-6Q", 1)), false, Optional.empty())));
    assertThat(ObjectReader.pool(Samples.named("pool"), problems::add))
        .isEqualTo(
            new GuestTemplate(
                DeviceUser.Kind.VirtualMachinePool,
                "tenant-example",
                "desktops",
                Map.of("vgpu-steward.io/count", "2"),
                new GuestDevices(
                    devices(Map.of("nvidia.com/A10-12Q", 1)),
                    true,
                    Optional.of(
                        new InstancetypeReference(true, "gpu.l40s-24q", Optional.empty())))));
    assertThat(problems).isEmpty();
  }

  private static SortedMap<ResourceName, Integer> devices(Map<String, Integer> counts) {
    SortedMap<ResourceName, Integer> devices = new TreeMap<>();
    counts.forEach((name, count) -> devices.put(new ResourceName(name), count));
    return devices;
  }
}
