package io.vgpusteward.vgpu.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.Profile;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileLabelsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # permitted | GPUs | allocatable | labels
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q@team/one 0 | L40S-24Q=2 | L40S-24Q
          26B9=L40S-24Q | 26B9: L40S-12Q | L40S-24Q=1 | L40S-12Q
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-12Q | L40S-24Q=2 | -
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24C | L40S-24Q=2 | -
          26B9=L40S-24Q | 26B9: 0{L40S-24Q} | - | -
          26B9=L40S-24Q | 26B9: L40S-24Q | - | -
          26B9=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=2 | -
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q>L40S-12Q | L40S-24Q=2 | -
          26B9=L40S-24Q | 26B9: L40S-24Q ? | L40S-24Q=2 | -
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q / 2236: A10-12Q | L40S-24Q=1, A10-24Q=1 | A10-12Q L40S-24Q
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q L40S-12Q / 2236: A10-12Q | L40S-24Q=2, A10-24Q=1 | A10-12Q
          2BB5=DC-24Q | 2BB5: DC-1-24QGFX | DC-24Q=1 | DC-1-24QGFX
          # A name without a profile brings none.
          26B9=vgpu | 26B9: L40S-24Q | vgpu=1 | -
          # What another plugin serves is what it is named; mediated devices need no label.
          external 26B9=L40S-24Q | 26B9: L40S-12Q | L40S-24Q=2 | L40S-24Q
          external 26B9=L40S-24Q | none | - | -
          mdev NVIDIA A10-12Q=A10-12Q | none | A10-12Q=1 | -
          # A guest with either resource may follow the label.
          2331=H100-10C, 2330=NVIDIA_H100-10C | 2331: H100-10C | H100-10C=1 | H100-10C
          2331=H100-10C, 2330=NVIDIA_H100-10C | 2330: H100-10C | NVIDIA_H100-10C=1 | H100-10C
          2331=H100-10C, 2330=NVIDIA_H100-10C | 2331: H100-20C / 2330: H100-10C | H100-10C=1, NVIDIA_H100-10C=1 | -
          """)
  void label_isDeservedWhereOneDeviceFits(
      String permitted, String gpus, String allocatable, String labels) {
    String given = allocatable == null ? "-" : allocatable;

    assertThat(
            words(
                ProfileLabels.of(
                    supply(permitted, Optional.of(Written.inventory(gpus)), given),
                    Freshness.fresh())))
        .isEqualTo(labels == null ? "" : labels);
  }

  @Test
  void nodeOfWhichNothingIsKnown_deservesOnlyWhatOthersServe() {
    String permitted = "26B9=L40S-24Q, external 2236=A10-24Q";
    String allocatable = "L40S-24Q=1, A10-24Q=1";
    NodeInventory inventory = Written.inventory("26B9: L40S-24Q");
    NodeInventory unready = new NodeInventory("n", false, Optional.empty(), inventory.gpus());
    NodeSupply good = supply(permitted, Optional.of(inventory), allocatable);

    assertThat(words(ProfileLabels.of(good, Freshness.fresh()))).isEqualTo("A10-24Q L40S-24Q");
    assertThat(words(ProfileLabels.of(good, Freshness.stale("7m")))).isEqualTo("A10-24Q");
    assertThat(
            words(
                ProfileLabels.of(
                    supply(permitted, Optional.of(unready), allocatable), Freshness.fresh())))
        .isEqualTo("A10-24Q");
    assertThat(
            words(
                ProfileLabels.of(
                    supply(permitted, Optional.empty(), allocatable), Freshness.fresh())))
        .isEqualTo("A10-24Q");
  }

  private static NodeSupply supply(
      String permitted, Optional<NodeInventory> inventory, String allocatable) {
    PermittedDevices list = Written.permitted(permitted);
    return NodeSupply.of("n", inventory, Written.counts(allocatable), list);
  }

  private static String words(SortedSet<Profile> profiles) {
    return profiles.stream().map(Profile::name).collect(Collectors.joining(" "));
  }
}
