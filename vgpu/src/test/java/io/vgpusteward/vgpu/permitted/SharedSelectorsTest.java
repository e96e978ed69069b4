package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedSelectorsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | findings
          one more after it, unused | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10de:26b9 => nvidia.com/L40S-48Q | '' | SELECTOR_SHARED DENY_UNLESS_TRUSTED pciHostDevices[1]
          one more after it, in use | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_SHARED DENY pciHostDevices[1]
          one more after it, use unknown | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | unseen | SELECTOR_SHARED DENY pciHostDevices[1]
          one more after it, acknowledged | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_SHARED DENY_UNLESS_TRUSTED pciHostDevices[1]
          one more before it, in use | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-48Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_SHARED DENY_UNLESS_TRUSTED pciHostDevices[0]
          in a new KubeVirt | new | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | '' | SELECTOR_SHARED DENY_UNLESS_TRUSTED pciHostDevices[0]
          was so before | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | pci 10DE:2236 => nvidia.com/A10-12Q; pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | nvidia.com/L40S-24Q: a/vm | ''
          three of them, now two | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q; pci 10DE:26B9 => nvidia.com/L40S-8Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | '' | ''
          two of them, now three | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q; pci 10DE:26B9 => nvidia.com/L40S-8Q | '' | SELECTOR_SHARED DENY_UNLESS_TRUSTED pciHostDevices[2]
          a passthrough entry and a vGPU | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | nvidia.com/L40S-24Q: a/vm | ''
          two of other plugins | '' | pci 10DE:26B9 => nvidia.com/A external; pci 10DE:26B9 => nvidia.com/B external | '' | ''
          the same entry twice | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10de:26b9 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | ''
          one name, many ids | '' | pci 10DE:2331 => nvidia.com/H100-20C; pci 10DE:2330 => nvidia.com/H100-20C | '' | ''
          two names of a mediated type | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q; mediated NVIDIA_A10-12Q => nvidia.com/half | nvidia.com/A10-12Q: a/vm | SELECTOR_SHARED DENY mediatedDevices[1]
          two names of a USB device, the first counts | usb 046d:c52b => kubevirt.io/stick | usb 046d:c52b => kubevirt.io/stick; usb 46d:c52b => kubevirt.io/other | kubevirt.io/stick: a/vm | SELECTOR_SHARED DENY_UNLESS_TRUSTED usb[1]
          what selects nothing | '' | pci x => nvidia.com/L40S-24Q; pci x => nvidia.com/L40S-48Q | '' | ''
          """)
  void shared(String name, String before, String after, String users, String findings) {
    assertThat(Case.text(Case.findings(SharedSelectors::judge, before, after, users)))
        .isEqualTo(findings);
  }

  @Test
  void finding_saysWhichOneKubeVirtKeeps_andWhoLosesIt() {
    List<Finding> findings =
        Case.findings(
            SharedSelectors::judge,
            "pci 10DE:26B9 => nvidia.com/L40S-24Q",
            "pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q",
            "nvidia.com/L40S-24Q: a/vm");

    assertThat(findings.getFirst().problem())
        .isEqualTo(
            "nvidia.com/L40S-24Q and nvidia.com/L40S-48Q have the same selector 10DE:26B9: KubeVirt"
                + " keeps the last in the list (nvidia.com/L40S-48Q) and drops the rest without a"
                + " word");
    assertThat(findings.getFirst().users()).containsExactly("VirtualMachine a/vm");
  }
}
