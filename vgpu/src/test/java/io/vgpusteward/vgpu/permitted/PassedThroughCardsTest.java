package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.PciId;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassedThroughCardsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | findings; a node passes 10DE:26B9 through
          a vGPU entry | '' | pci 10de:26b9 => nvidia.com/L40S-24Q | PASSED_THROUGH DENY_UNLESS_TRUSTED pciHostDevices[0]
          in a new KubeVirt | new | pci 10DE:26B9 => nvidia.com/L40S-24Q | PASSED_THROUGH DENY_UNLESS_TRUSTED pciHostDevices[0]
          renamed | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-12Q | PASSED_THROUGH DENY_UNLESS_TRUSTED pciHostDevices[0]
          no more of another plugin | pci 10DE:26B9 => nvidia.com/L40S-24Q external | pci 10DE:26B9 => nvidia.com/L40S-24Q | PASSED_THROUGH DENY_UNLESS_TRUSTED pciHostDevices[0]
          beside an entry for the card | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external; pci 10DE:26B9 => nvidia.com/L40S-24Q | PASSED_THROUGH DENY_UNLESS_TRUSTED pciHostDevices[1]
          was so before | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:2236 => nvidia.com/A10-12Q; pci 10de:26b9 => nvidia.com/L40S-24Q | ''
          another id | '' | pci 10DE:26B5 => nvidia.com/L40-8Q | ''
          the entry for the card itself, served by KubeVirt | '' | pci 10DE:26B9 => nvidia.com/AD102GL_L40S | ''
          the entry for the card itself, served by another plugin | '' | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | ''
          a vGPU of another plugin | '' | pci 10DE:26B9 => nvidia.com/L40S-24Q external | ''
          a mediated vGPU | '' | mediated NVIDIA L40S-24Q => nvidia.com/L40S-24Q | ''
          """)
  void passedThrough(String name, String before, String after, String findings) {
    assertThat(
            Case.text(
                Case.findings(
                    PassedThroughCards::judge, before, after, "", Set.of(new PciId("10DE:26B9")))))
        .isEqualTo(findings);
    assertThat(Case.findings(PassedThroughCards::judge, before, after, "")).isEmpty();
  }
}
