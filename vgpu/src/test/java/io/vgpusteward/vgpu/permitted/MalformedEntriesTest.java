package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedEntriesTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | findings
          a vGPU | '' | pci 10DE:26B9 => nvidia.com/L40S-24Q | ''
          in lower case | '' | pci 10de:26b9 => nvidia.com/L40S-24Q | ''
          a mediated vGPU | '' | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | ''
          USB | '' | usb 046d:c52b,46D:1 => kubevirt.io/set | ''
          USB of another plugin, without selectors | '' | usb => kubevirt.io/set external | ''
          PCI without a device | '' | pci 10DE => nvidia.com/L40S-24Q | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].pciVendorSelector
          PCI with a space | '' | pci '10DE:26B9 ' => nvidia.com/L40S-24Q | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].pciVendorSelector
          PCI with 0x | '' | pci 0x10DE:0x26B9 => nvidia.com/L40S-24Q | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].pciVendorSelector
          PCI by address | '' | pci 0000:41:00.0 => nvidia.com/L40S-24Q | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].pciVendorSelector
          PCI of another plugin | '' | pci any => nvidia.com/AD102GL_L40S external | MALFORMED WARN pciHostDevices[0].pciVendorSelector
          mediated without a type | '' | mediated => nvidia.com/A10-12Q | MALFORMED DENY_UNLESS_TRUSTED mediatedDevices[0].mdevNameSelector
          USB without selectors, which hangs virt-handler | '' | usb => kubevirt.io/set | MALFORMED DENY usb[0].selectors
          USB without a product | '' | usb 046d: => kubevirt.io/set | MALFORMED DENY_UNLESS_TRUSTED usb[0].selectors
          USB, one of two wrong | '' | usb 046d:c52b,stick:1 => kubevirt.io/set | MALFORMED DENY_UNLESS_TRUSTED usb[0].selectors
          the second of two | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => A10-12Q | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[1].resourceName
          without a resource | '' | pci 10DE:26B9 => | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].resourceName
          both wrong | '' | pci x => y | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].resourceName, MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].pciVendorSelector
          of another plugin, without a domain | '' | pci 10DE:26B9 => L40S external | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].resourceName
          was so before | pci x => y | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci x => y | ''
          in a new KubeVirt | new | pci x => nvidia.com/L40S-24Q | MALFORMED DENY_UNLESS_TRUSTED pciHostDevices[0].pciVendorSelector
          """)
  void malformed(String name, String before, String after, String findings) {
    assertThat(Case.text(Case.findings(MalformedEntries::judge, before, after, "")))
        .isEqualTo(findings);
  }
}
