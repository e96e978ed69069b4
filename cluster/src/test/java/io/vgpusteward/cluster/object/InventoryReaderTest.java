package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Gpu.Sizes;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import io.vgpusteward.vgpu.Vf.Holder;
import io.vgpusteward.vgpu.Vf.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryReaderTest {
  private final List<String> problems = new ArrayList<>();

  @Test
  void wholeObject_isRead_andWhatIsNotKnownIgnored() throws Exception {
    assertThat(ObjectReader.inventory(Samples.named("vgpu-node"), problems::add))
        .isEqualTo(
            new NodeInventory(
                "gpu-1",
                true,
                Optional.of("all functions are known"),
                List.of(
                    new Gpu(
                        "0000:41:00.0",
                        Optional.of(new PciId("10DE:26B9")),
                        Optional.of("L40S"),
                        false,
                        Sizes.Equal,
                        OptionalInt.of(48),
                        profiles("L40S-24Q", "L40S-48Q"),
                        List.of(
                            new Vf(
                                "0000:41:00.4",
                                false,
                                Profile.parse("L40S-24Q"),
                                false,
                                Profile.parse("L40S-12Q"),
                                State.Pending,
                                Optional.of("held"),
                                Optional.of(
                                    new Holder(
                                        "team", "virt-launcher-one-x2x4z", Optional.of("one"))),
                                profiles()),
                            Vf.unset("0000:41:00.5", profiles("L40S-24Q", "L40S-24A")),
                            new Vf(
                                "0000:41:00.6",
                                false,
                                Optional.empty(),
                                true,
                                Optional.empty(),
                                State.Unknown,
                                Optional.empty(),
                                Optional.empty(),
                                profiles()),
                            new Vf(
                                "0000:41:00.7",
                                true,
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                State.Failed,
                                Optional.empty(),
                                Optional.of(new Holder("team", "other", Optional.empty())),
                                profiles()))),
                    Gpu.passedThrough("0000:c1:00.0", new PciId("10DE:26B9")))));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata: {name: gpu-1} | false",
        "{metadata: {name: gpu-1}, status: {}} | false",
        "{metadata: {name: gpu-1}, status: {conditions: [{type: Ready, status: 'False'}]}} | false",
        "{metadata: {name: gpu-1}, status: {conditions: [{type: Other, status: 'True'}]}} | false",
        "{metadata: {name: gpu-1}, status: {conditions: [{type: Ready, status: 'True'}]}} | true"
      })
  void inventory_isReadyOnlyWhereItsConditionSaysSo(String yaml, boolean ready) {
    NodeInventory inventory = ObjectReader.inventory(Samples.yaml(yaml), problems::add);

    assertThat(inventory.node()).isEqualTo("gpu-1");
    assertThat(inventory.ready()).isEqualTo(ready);
    assertThat(inventory.gpus()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "[] | -",
        "[{type: Ready, status: 'False', message: starting}] | -",
        "[{type: Advertised, status: 'True', message: all is well}] | -",
        "[{type: Advertised, status: Unknown, message: no kubelet}] | -",
        "[{type: Advertised, message: what}] | -",
        "[{type: Advertised, status: 'False', message: 2 of 4, reason: Stale}] | 2 of 4",
        "[{type: Advertised, status: 'False', reason: Stale}] | Stale",
        "[{type: Advertised, status: 'False', message: what, reason: StaleDevices}] | what",
        "[{type: Advertised, status: 'False', message: what, reason: NotPermitted}] | -",
        "[{type: Advertised, status: 'False'}] | no reason given"
      })
  void conditionAdvertised_countsOnlyWhereItDenies(String conditions, String message) {
    NodeInventory inventory =
        ObjectReader.inventory(
            Samples.yaml("{metadata: {name: gpu-1}, status: {conditions: " + conditions + "}}"),
            problems::add);

    assertThat(inventory.notAdvertised()).isEqualTo(Optional.ofNullable(message));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpus: 3 | status.gpus is not a list | 0 GPUs",
        "gpus: [3] | status.gpus[0] is not a mapping; status.gpus[0] has no busId | 0 GPUs",
        "gpus: [{pciId: 10DE:26B9}] | status.gpus[0] has no busId | 0 GPUs",
        "gpus: [{busId: a}, {busId: a}] | status.gpus[1].busId is there twice | 1 GPUs",
        "gpus: [{busId: a, pciId: L40S}] | status.gpus[0].pciId is not a PCI id such as 10DE:26B9"
            + " | 1 GPUs",
        "gpus: [{busId: a, frameBufferGib: much}] | status.gpus[0].frameBufferGib is not a whole"
            + " number | 1 GPUs",
        "gpus: [{busId: a, sizes: Odd}] | status.gpus[0].sizes is not one of [Equal, Mixed,"
            + " Unknown] | 1 GPUs",
        "gpus: [{busId: a, offered: [{profile: x}, {profile: 1}, {}]}] |"
            + " status.gpus[0].offered[0].profile is not a profile such as L40S-24Q;"
            + " status.gpus[0].offered[1].profile is not a string | 1 GPUs",
        "gpus: [{busId: a, vfs: [{busId: a}]}] | status.gpus[0].vfs[0].busId is there twice | 1 GPUs",
        "gpus: [{busId: a, vfs: [{busId: b, state: Odd}]}] | status.gpus[0].vfs[0].state is not one"
            + " of [Settled, Changing, Pending, Failed, Unknown] | 1 GPUs",
        "gpus: [{busId: a, vfs: [{busId: b, state: Settled, holder: me}]}] |"
            + " status.gpus[0].vfs[0].holder is not a mapping | 1 GPUs",
        "conditions: [{type: 1}] | status.conditions[0].type is not a string | 0 GPUs"
      })
  void whatIsWrong_isToldByItsPath_andTheRestRead(String status, String expected, String gpus) {
    NodeInventory inventory =
        ObjectReader.inventory(
            Samples.yaml("metadata: {name: gpu-1}\nstatus: {" + status + "}"), problems::add);

    assertThat(problems.stream().distinct().collect(Collectors.joining("; "))).isEqualTo(expected);
    assertThat(inventory.gpus().size() + " GPUs").isEqualTo(gpus);
  }

  @ParameterizedTest
  @CsvSource({
    "current: L40S-24Q, true, false",
    "currentTypeId: 1155, false, true",
    "currentTypeId: 0, false, false",
    "current: new spelling, false, true",
    "state: Settled, false, false"
  })
  void typeWithoutAKnownProfile_isATypeAllTheSame(String field, boolean named, boolean unknown) {
    Vf vf =
        ObjectReader.inventory(
                Samples.yaml("status: {gpus: [{busId: a, vfs: [{busId: b, " + field + "}]}]}"),
                problems::add)
            .gpus()
            .getFirst()
            .vfs()
            .getFirst();

    assertThat(vf.current().isPresent()).isEqualTo(named);
    assertThat(vf.hasUnknownType()).isEqualTo(unknown);
  }

  private static SortedSet<Profile> profiles(String... names) {
    return Arrays.stream(names)
        .map(name -> Profile.parse(name).orElseThrow())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
