package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LostResourcesTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | findings
          in use | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | pci 10DE:26B9 => nvidia.com/L40S-24Q | nvidia.com/A10-12Q: a/vm | LOST_IN_USE DENY pciHostDevices[1]
          unused | pci 10DE:26B9 => nvidia.com/L40S-24Q | '' | nvidia.com/A10-12Q: a/vm | LOST_UNUSED DENY_UNLESS_TRUSTED pciHostDevices[0]
          unknown use | pci 10DE:26B9 => nvidia.com/L40S-24Q | '' | unseen | LOST_IN_USE DENY pciHostDevices[0]
          a passthrough entry | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | '' | nvidia.com/AD102GL_L40S: a/vm | LOST_IN_USE DENY pciHostDevices[0]
          a mediated entry | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | '' | nvidia.com/A10-12Q: a/vm | LOST_IN_USE DENY mediatedDevices[0]
          a USB entry | pci 10DE:26B9 => nvidia.com/L40S-24Q; usb 46d:c52b => kubevirt.io/stick | pci 10DE:26B9 => nvidia.com/L40S-24Q | kubevirt.io/stick: a/vm | LOST_IN_USE DENY usb[0]
          renamed | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-12Q | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE DENY pciHostDevices[0]
          renamed in case only, which counts | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/l40s-24q | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE DENY pciHostDevices[0]
          all of them | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | '' | nvidia.com/A10-12Q: a/vm | LOST_IN_USE DENY pciHostDevices[1], LOST_UNUSED DENY_UNLESS_TRUSTED pciHostDevices[0]
          the list itself | pci 10DE:26B9 => nvidia.com/L40S-24Q | absent | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE DENY lists
          acknowledged before | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | '' | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE ACKNOWLEDGED pciHostDevices[0]
          acknowledged in the change itself | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE ACKNOWLEDGED pciHostDevices[0]
          acknowledged, unused | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q | '' | LOST_UNUSED ACKNOWLEDGED pciHostDevices[0]
          acknowledged, use unknown | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q | unseen | LOST_IN_USE ACKNOWLEDGED pciHostDevices[0]
          another one acknowledged | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24 | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE DENY pciHostDevices[0]
          another entry of the name stays | pci 10DE:2331 => nvidia.com/H100-20C; pci 10DE:2330 => nvidia.com/H100-20C | pci 10DE:2330 => nvidia.com/H100-20C | nvidia.com/H100-20C: a/vm | ''
          another order | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | pci 10DE:2236 => nvidia.com/A10-12Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | nvidia.com/A10-12Q: a/vm | ''
          one of two equal entries | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | ''
          another list | pci 10DE:2236 => nvidia.com/A10-12Q | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | nvidia.com/A10-12Q: a/vm | ''
          one whose name never worked | pci 10DE:26B9 => L40S | '' | '' | ''
          one without a name | pci 10DE:26B9 => | '' | '' | ''
          a new KubeVirt | new | '' | nvidia.com/L40S-24Q: a/vm | ''
          """)
  void lost(String name, String before, String after, String users, String findings) {
    assertThat(Case.text(Case.findings(LostResources::judge, before, after, users)))
        .isEqualTo(findings);
  }

  @Test
  void finding_namesTheFirstTenUsersAndTheWaysOut() {
    List<Finding> findings =
        Case.findings(
            LostResources::judge,
            "pci 10DE:2331 => nvidia.com/H100-20C; pci 10DE:2330 => nvidia.com/H100-20C; pci x =>"
                + " nvidia.com/H100-20C",
            "",
            "nvidia.com/H100-20C: a/1 a/2 a/3 a/4 a/5 a/6 a/7 a/8 a/9 b/10 b/11 b/12");

    Finding finding = findings.getFirst();
    assertThat(findings).hasSize(1);
    assertThat(finding.problem())
        .isEqualTo(
            "nvidia.com/H100-20C is lost from the list: the next start or migration of what uses"
                + " it fails");
    assertThat(finding.usedBy())
        .startsWith("used by 12: VirtualMachine a/1, VirtualMachine a/2, ")
        .endsWith("VirtualMachine b/10 and 2 more");
    assertThat(finding.fixes().toString())
        .contains("10DE:2331", "10DE:2330", "Acknowledge[name=nvidia.com/H100-20C]")
        .doesNotContain("selector=x");
  }

  @Test
  void finding_ofUnknownUse_saysWhatIsAwaited() {
    assertThat(
            Case.findings(
                    LostResources::judge, "pci 10DE:26B9 => nvidia.com/L40S-24Q", "", "unseen")
                .getFirst()
                .problem())
        .contains("waiting for Pods", "try again");
  }
}
