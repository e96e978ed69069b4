package io.vgpusteward.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.vgpu.placement.NodeSupply;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class SuppliesMakerTest {
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final PermittedDevices NOTHING = PermittedDevices.none();

  private final Map<String, Node> nodes =
      new HashMap<>(Map.of("gpu-1", node("gpu-1", 4), "gpu-2", node("gpu-2", 4)));
  private final Map<String, NodeInventory> inventories =
      new HashMap<>(Map.of("gpu-1", NodeInventory.of("gpu-1"), "gone", NodeInventory.of("gone")));
  private final SuppliesMaker maker = new SuppliesMaker();
  private final Map<String, NodeSupply> first = make(NOTHING);

  @Test
  void nodesAndInventories_eachHaveASupply() {
    assertThat(first).containsOnlyKeys("gpu-1", "gpu-2", "gone");
    assertThat(in(first, "gpu-1").allocatable(L40S)).isEqualTo(4);
    assertThat(in(first, "gpu-1").inventory()).containsSame(inventories.get("gpu-1"));
    assertThat(in(first, "gpu-2").inventory()).isEmpty();
    assertThat(in(first, "gone").allocatable(L40S)).isZero();
    assertThatThrownBy(first::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatStays_isTheSame() {
    inventories.put("gpu-1", NodeInventory.of("gpu-1"));
    Map<String, NodeSupply> second = make(NOTHING);

    assertThat(second.get("gpu-1")).isNotSameAs(first.get("gpu-1"));
    assertThat(second.get("gpu-2")).isSameAs(first.get("gpu-2"));
    assertThat(second.get("gone")).isSameAs(first.get("gone"));
  }

  @Test
  void anotherAllocatable_isAnotherSupply() {
    nodes.put("gpu-2", node("gpu-2", 3));
    Map<String, NodeSupply> second = make(NOTHING);

    assertThat(in(second, "gpu-2").allocatable(L40S)).isEqualTo(3);
    assertThat(second.get("gpu-1")).isSameAs(first.get("gpu-1"));
  }

  @Test
  void nodeThatWent_hasNoSupply() {
    nodes.remove("gpu-2");
    assertThat(make(NOTHING)).containsOnlyKeys("gpu-1", "gone");
  }

  @Test
  void anotherPermittedList_makesAllAnew_andAnEqualOneNone() {
    PermittedDevices list = list();
    Map<String, NodeSupply> second = make(list);
    assertThat(second.get("gone")).isNotSameAs(first.get("gone"));
    assertThat(in(second, "gone").permitted()).isSameAs(list);
    assertThat(make(list()).get("gone")).isSameAs(second.get("gone"));
  }

  @Test
  void whereNothingChanges_theMapIsTheSame() {
    assertThat(make(NOTHING)).isSameAs(first);
  }

  @Test
  void nodeThatComesAfterItsInventory_isCounted() {
    nodes.put("gone", node("gone", 1));
    assertThat(in(make(NOTHING), "gone").allocatable(L40S)).isEqualTo(1);
  }

  @Test
  void view_countsByItself_orTakesWhatIsGiven() {
    ClusterView counted = ClusterView.builder(Instant.EPOCH).nodes(nodes).build();
    assertThat(counted.supplies()).containsOnlyKeys("gpu-1", "gpu-2");
    assertThat(ClusterView.builder(Instant.EPOCH).supplies(first).build().supplies())
        .isSameAs(first);
  }

  private Map<String, NodeSupply> make(PermittedDevices permitted) {
    return maker.make(permitted, Map.copyOf(nodes), Map.copyOf(inventories));
  }

  private static NodeSupply in(Map<String, NodeSupply> supplies, String node) {
    return Objects.requireNonNull(supplies.get(node));
  }

  private static PermittedDevices list() {
    return new PermittedDevices(
        List.of(new PermittedDevice(PermittedDevice.Kind.PCI, "10DE:26B9", L40S, false)));
  }

  private static Node node(String name, int count) {
    return new Node(
        name,
        true,
        new TreeMap<>(Map.of(L40S, count)),
        new TreeMap<>(Map.of(L40S, count)),
        new TreeSet<>());
  }
}
