package io.vgpusteward.vgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermittedDevicesTest {
  private static final Profile L40S_24Q = Profile.parse("L40S-24Q").orElseThrow();
  private static final Profile L40S_12Q = Profile.parse("L40S-12Q").orElseThrow();

  @Test
  void resourceFor_prefersTheEntryNamedAfterTheProfile() {
    PermittedDevices permitted =
        new PermittedDevices(
            List.of(
                pci("10DE:26B9", "nvidia.com/L40S-24Q"), pci("10DE:26B5", "nvidia.com/L40S-12Q")));

    assertThat(permitted.resourceFor(L40S_12Q)).contains(new ResourceName("nvidia.com/L40S-12Q"));
  }

  @Test
  void resourceFor_fallsBackToTheBoardsPciId() {
    assertThat(
            new PermittedDevices(List.of(pci("10de:26b9", "nvidia.com/L40S-24Q")))
                .resourceFor(L40S_12Q))
        .contains(new ResourceName("nvidia.com/L40S-24Q"));
  }

  @Test
  void resourceFor_ofTwoEntriesOnOneId_takesTheLast_asKubeVirtDoes() {
    PermittedDevices permitted =
        new PermittedDevices(
            List.of(
                pci("10DE:26B9", "nvidia.com/L40S-24Q"), pci("10DE:26B9", "nvidia.com/L40S-48Q")));

    assertThat(permitted.resourceFor(L40S_12Q)).contains(new ResourceName("nvidia.com/L40S-48Q"));
  }

  @Test
  void resourceFor_takesNoOtherProfilesEntry_ofAnotherDevicePlugin() {
    PermittedDevice external =
        new PermittedDevice(
            PermittedDevice.Kind.PCI, "10DE:26B9", new ResourceName("nvidia.com/L40S-24Q"), true);

    assertThat(new PermittedDevices(List.of(external)).resourceFor(L40S_12Q)).isEmpty();
    assertThat(
            new PermittedDevices(List.of(pci("10DE:26B9", "nvidia.com/L40S-48Q"), external))
                .resourceFor(L40S_12Q))
        .contains(new ResourceName("nvidia.com/L40S-48Q"));
    assertThat(new PermittedDevices(List.of(external)).resourceFor(L40S_24Q))
        .contains(external.resource());
  }

  @Test
  void resourceFor_takesNoEntryThatSelectsNothing() {
    assertThat(
            new PermittedDevices(List.of(pci(" 10DE:26B9", "nvidia.com/L40S-24Q")))
                .resourceFor(L40S_12Q))
        .isEmpty();
  }

  @Test
  void resourceFor_takesNoPassthroughEntry_andNoMediatedOne() {
    PermittedDevices permitted =
        new PermittedDevices(
            List.of(
                pci("10DE:26B9", "nvidia.com/AD102GL_L40S"),
                new PermittedDevice(
                    PermittedDevice.Kind.MEDIATED,
                    "NVIDIA L40S-24Q",
                    new ResourceName("nvidia.com/L40S-24Q"),
                    false)));

    assertThat(permitted.resourceFor(L40S_24Q)).isEmpty();
    assertThat(permitted.isMediated(new ResourceName("nvidia.com/L40S-24Q"))).isTrue();
    assertThat(permitted.isMediated(new ResourceName("nvidia.com/AD102GL_L40S"))).isFalse();
  }

  @Test
  void resourceFor_anUnknownBoard_findsOnlyItsName() {
    Profile unknown = Profile.parse("X9-8Q").orElseThrow();

    assertThat(
            new PermittedDevices(List.of(pci("10DE:FFFF", "nvidia.com/X9-8Q")))
                .resourceFor(unknown))
        .contains(new ResourceName("nvidia.com/X9-8Q"));
    assertThat(
            new PermittedDevices(List.of(pci("10DE:FFFF", "nvidia.com/X9-4Q")))
                .resourceFor(unknown))
        .isEmpty();
  }

  @Test
  void profiles_areThoseOfThePciEntries_inOrder() {
    PermittedDevices permitted =
        new PermittedDevices(
            List.of(
                pci("10DE:26B9", "nvidia.com/L40S-24Q"),
                pci("10DE:2236", "nvidia.com/A10-12Q"),
                pci("10DE:2236", "nvidia.com/GA102GL_A10")));

    assertThat(permitted.profiles())
        .extracting(Profile::name)
        .containsExactly("A10-12Q", "L40S-24Q");
    assertThat(PermittedDevices.none().profiles()).isEmpty();
  }

  @Test
  void permits_whatIsListed_andAllWithoutAList() {
    ResourceName listed = new ResourceName("nvidia.com/L40S-24Q");
    PermittedDevices one = new PermittedDevices(List.of(pci("10DE:26B9", listed.value())));

    assertThat(one.permits(listed)).isTrue();
    assertThat(one.permits(new ResourceName("nvidia.com/l40s-24q"))).isFalse();
    assertThat(new PermittedDevices(List.of()).permits(listed)).isFalse();
    assertThat(PermittedDevices.none().permits(listed)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "10DE:26B9, 10DE:26B9",
        "10de:26b9, 10DE:26B9",
        "' 10DE:26B9', -",
        "'10DE:26B9 ', -",
        "10DE, -",
        "'', -",
        "10DE:26B9:1, -",
        "0x10DE:26B9, -"
      })
  void pciId_isWhatKubeVirtWouldFind(String selector, String id) {
    assertThat(pci(selector, "nvidia.com/L40S-24Q").pciId())
        .isEqualTo(Optional.ofNullable(id).map(PciId::new));
  }

  @Test
  void pciId_isOfPciEntriesOnly() {
    for (PermittedDevice.Kind kind :
        List.of(PermittedDevice.Kind.MEDIATED, PermittedDevice.Kind.USB)) {
      assertThat(new PermittedDevice(kind, "10DE:26B9", new ResourceName("a/b"), false).pciId())
          .isEmpty();
    }
  }

  private static PermittedDevice pci(String selector, String resource) {
    return new PermittedDevice(
        PermittedDevice.Kind.PCI, selector, new ResourceName(resource), false);
  }
}
