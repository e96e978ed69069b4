package io.vgpusteward.webhook.permitted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.DeviceUsers;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PermittedListControllerTest {
  private static final String L40S = "nvidia.com/L40S-24Q";
  private static final String A10 = "nvidia.com/A10-12Q";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final FakeCluster cluster = new FakeCluster();
  private final PermittedListController controller =
      PermittedListController.start(cluster, meters, Duration.ofMillis(20));

  @AfterEach
  void close() {
    controller.close();
  }

  @Test
  void whatTheListLacks_isToldOnce_andCounted() {
    cluster.show(permitted("", A10), List.of(uses("vm1", L40S), uses("vm2", L40S)));

    await().untilAsserted(() -> assertThat(gauge(L40S)).isEqualTo(2));
    cluster.settle();
    assertThat(cluster.events)
        .containsExactly(
            "Warning DeviceNotPermitted KubeVirt kubevirt/kubevirt nvidia.com/L40S-24Q is not in"
                + " spec.configuration.permittedHostDevices, and the next start of what uses it"
                + " fails; used by 2: VirtualMachine a/vm1, VirtualMachine a/vm2");
  }

  @Test
  void whatIsOver_isForgotten_andToldAgain() {
    cluster.show(permitted("", A10), List.of(uses("vm1", L40S)));
    await().until(() -> cluster.events.size() == 1);
    cluster.show(permitted("", A10, L40S), List.of(uses("vm1", L40S)));
    await().untilAsserted(() -> assertThat(gauge(L40S)).isNull());
    assertThat(cluster.events).hasSize(1);
    cluster.show(permitted("", A10), List.of(uses("vm1", L40S)));
    await().until(() -> cluster.events.size() == 2);
  }

  @Test
  void acknowledgedRemoval_isTold_butNotAsLacking() {
    cluster.show(permitted(L40S, A10, L40S), List.of(uses("vm1", L40S)));
    cluster.settle();
    assertThat(cluster.events).isEmpty();

    // The annotation goes with the entry: the stored object had it.
    cluster.show(permitted("", A10), List.of(uses("vm1", L40S)));

    await().untilAsserted(() -> assertThat(gauge(L40S)).isEqualTo(1));
    cluster.settle();
    assertThat(cluster.events)
        .containsExactly(
            "Warning DeviceRemoved KubeVirt kubevirt/kubevirt nvidia.com/L40S-24Q was removed from"
                + " the permitted list, as the annotation acknowledged; used by 1: VirtualMachine"
                + " a/vm1");
  }

  @Test
  void acknowledgedRemoval_ofWhatIsUnused_isGoodNews() {
    cluster.show(permitted("", A10, L40S), List.of());
    cluster.settle();
    cluster.show(permitted(L40S, A10), List.of());
    await().until(() -> cluster.events.size() == 1);
    assertThat(cluster.events.peek())
        .startsWith("Normal DeviceRemoved")
        .endsWith("as the annotation acknowledged");
  }

  @Test
  void acknowledgementThatIsGoneAtOnce_isSeen() {
    cluster.show(permitted("", A10, L40S), List.of());
    cluster.settle();
    cluster.hold();
    cluster.show(permitted("", A10, L40S), List.of(uses("vm", "x/y")));
    cluster.show(permitted(L40S, A10), List.of());
    cluster.show(permitted("", A10), List.of());
    cluster.release();
    await()
        .untilAsserted(
            () -> assertThat(cluster.events).anyMatch(event -> event.contains("DeviceRemoved")));
  }

  @Test
  void removalWithoutAcknowledgement_ofWhatIsUnused_isNoNews() {
    cluster.show(permitted("", A10, L40S), List.of());
    cluster.settle();
    cluster.show(permitted("", A10), List.of());
    cluster.settle();
    assertThat(cluster.events).isEmpty();
  }

  @Test
  void anotherKubeVirt_hasRemovedNothing() {
    cluster.show(permitted("", A10, L40S), List.of());
    cluster.settle();
    cluster.show(Optional.empty(), List.of(uses("vm1", L40S)));
    cluster.settle();
    cluster.show(
        Optional.of(
            new KubeVirt(
                "kubevirt",
                "kubevirt",
                PermittedDevices.none(),
                Set.of(),
                Optional.empty(),
                "another",
                Map.of(Keys.ALLOW_REMOVAL, L40S))),
        List.of(uses("vm1", L40S)));
    cluster.settle();
    assertThat(cluster.events).isEmpty();
  }

  @Test
  void manyResources_haveALimit() {
    cluster.show(
        permitted("", A10),
        IntStream.range(0, 80).mapToObj(i -> uses("vm" + i, "a.b/r" + i)).toList());

    await().untilAsserted(() -> assertThat(gauge("other")).isEqualTo(30));
    cluster.settle();
    assertThat(cluster.events).hasSize(50);
    assertThat(meters.find("vgpu_steward_permitted_list_lacks_users").gauges()).hasSize(51);
  }

  @Test
  void viewThatIsNotReady_saysNothing() {
    cluster.show(
        ClusterView.builder(Instant.EPOCH)
            .missing(List.of("Pods"))
            .kubeVirt(permitted("", A10))
            .deviceUsers(DeviceUsers.of(List.of(uses("vm1", L40S))))
            .build());
    cluster.settle();
    assertThat(cluster.events).isEmpty();
    assertThat(gauge(L40S)).isNull();
  }

  @Test
  void whoDoesNotLead_tellsNothing() {
    cluster.show(permitted("", A10), List.of(uses("vm1", L40S)));
    await().untilAsserted(() -> assertThat(gauge(L40S)).isEqualTo(1));

    cluster.stopLeading();
    assertThat(gauge(L40S)).isNull();
    cluster.events.clear();
    cluster.show(permitted("", A10), List.of(uses("vm1", "x/y")));
    assertThat(cluster.events).isEmpty();

    cluster.startLeading();
    await().until(() -> cluster.events.size() == 1);
    controller.close();
    controller.close();
    assertThat(cluster.seatsLeft.get()).isEqualTo(1);
  }

  @Test
  void failureOfOnePass_endsNothing() {
    cluster.failing = true;
    cluster.show(permitted("", A10), List.of(uses("vm1", L40S)));
    await().until(() -> cluster.failures.get() > 0);
    cluster.failing = false;
    cluster.show(permitted("", A10), List.of(uses("vm1", "x/y")));
    await().until(() -> cluster.events.size() == 1);
  }

  private @Nullable Double gauge(String resource) {
    Gauge gauge =
        meters.find("vgpu_steward_permitted_list_lacks_users").tag("resource", resource).gauge();
    return gauge == null ? null : Double.valueOf(gauge.value());
  }

  private static DeviceUser uses(String name, String resource) {
    return new DeviceUser(
        DeviceUser.Kind.VirtualMachine,
        "a",
        name,
        new TreeMap<>(Map.of(new ResourceName(resource), 1)));
  }

  private static Optional<KubeVirt> permitted(String allowed, String... names) {
    return Optional.of(
        new KubeVirt(
            "kubevirt",
            "kubevirt",
            new PermittedDevices(
                Stream.of(names)
                    .map(name ->
                        new PermittedDevice(
                            PermittedDevice.Kind.PCI, "10DE:26B9", new ResourceName(name), false))
                    .toList()),
            Set.of(KubeVirt.HOST_DEVICES_GATE),
            Optional.empty(),
            "u1",
            allowed.isEmpty() ? Map.of() : Map.of(Keys.ALLOW_REMOVAL, allowed)));
  }
}
