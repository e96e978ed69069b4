package io.vgpusteward.cluster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.GpuStatus;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.HolderStatus;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.OfferedProfile;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.StatusCondition;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.Summary;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.VfStatus;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Gpu.Sizes;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.Vf.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The types that define the resource and the reader of it know the same fields. */
class VgpuNodeStatusTest {
  private static final Profile CURRENT = Profile.parse("L40S-24Q").orElseThrow();
  private static final Profile OTHER = Profile.parse("L40S-24A").orElseThrow();

  @Test
  void whatTheTypesWrite_isReadWhole() {
    VfStatus vf =
        new VfStatus(
            "0000:41:00.4",
            "vfio-pci",
            "L40S-24Q",
            1155L,
            "L40S-24A",
            State.Changing,
            "on request",
            new HolderStatus("team", "launcher", "one"),
            List.of("L40S-24A"));
    GpuStatus gpu =
        new GpuStatus(
            "0000:41:00.0",
            "10DE:26B9",
            "L40S",
            "nvidia",
            Sizes.Mixed,
            48,
            List.of(new OfferedProfile("L40S-24Q", 1155L)),
            List.of(vf),
            "for people");
    VgpuNodeStatus status =
        new VgpuNodeStatus(
            List.of(new StatusCondition("Ready", "True", "Published", "all is known", "now")),
            List.of(gpu),
            new Summary(1, 1, "1 L40S-24Q"));
    ObjectMapper json = new ObjectMapper();
    ObjectNode object = json.createObjectNode();
    object.putObject("metadata").put("name", "gpu-1");
    object.set("status", json.valueToTree(status));
    List<String> problems = new ArrayList<>();

    assertThat(ObjectReader.inventory(object, problems::add))
        .isEqualTo(
            new NodeInventory(
                "gpu-1",
                true,
                Optional.of("all is known"),
                List.of(
                    new Gpu(
                        "0000:41:00.0",
                        Optional.of(new PciId("10DE:26B9")),
                        Optional.of("L40S"),
                        false,
                        Sizes.Mixed,
                        OptionalInt.of(48),
                        new TreeSet<>(List.of(CURRENT)),
                        List.of(
                            new Vf(
                                "0000:41:00.4",
                                true,
                                Optional.of(CURRENT),
                                false,
                                Optional.of(OTHER),
                                State.Changing,
                                Optional.of("on request"),
                                Optional.of(new Vf.Holder("team", "launcher", Optional.of("one"))),
                                new TreeSet<>(List.of(OTHER))))))));
    assertThat(problems).isEmpty();
  }
}
