package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangedSelectorsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | findings
          another id | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B5 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_CHANGED DENY pciHostDevices[0]
          another id of what is unused | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B5 => nvidia.com/L40S-24Q | '' | ''
          another id, use unknown | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B5 => nvidia.com/L40S-24Q | unseen | SELECTOR_CHANGED DENY pciHostDevices[0]
          acknowledged | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q; pci 10DE:26B5 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_CHANGED ACKNOWLEDGED pciHostDevices[0]
          letter case | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10de:26b9 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | ''
          a space, with which KubeVirt finds nothing | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci '10DE:26B9 ' => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_CHANGED DENY pciHostDevices[0]
          a space taken out | pci '10DE:26B9 ' => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | ''
          one id more | pci 10DE:2331 => nvidia.com/H100-20C | pci 10DE:2330 => nvidia.com/H100-20C; pci 10DE:2331 => nvidia.com/H100-20C | nvidia.com/H100-20C: a/vm | ''
          one id less | pci 10DE:2331 => nvidia.com/H100-20C; pci 10DE:2330 => nvidia.com/H100-20C | pci 10DE:2331 => nvidia.com/H100-20C | nvidia.com/H100-20C: a/vm | SELECTOR_CHANGED DENY pciHostDevices[0]
          of what another plugin serves | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | pci 10DE:26B5 => nvidia.com/AD102GL_L40S external | nvidia.com/AD102GL_L40S: a/vm | ''
          spaces and underscores of a mediated type | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | mediated NVIDIA_A10-12Q => nvidia.com/A10-12Q | nvidia.com/A10-12Q: a/vm | ''
          letter case of a mediated type, which counts | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | mediated nvidia A10-12Q => nvidia.com/A10-12Q | nvidia.com/A10-12Q: a/vm | SELECTOR_CHANGED DENY mediatedDevices[0]
          another mediated type | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | mediated NVIDIA A10-8Q => nvidia.com/A10-12Q | nvidia.com/A10-12Q: a/vm | SELECTOR_CHANGED DENY mediatedDevices[0]
          from PCI to mediated | pci 10DE:2236 => nvidia.com/A10-12Q | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | nvidia.com/A10-12Q: a/vm | SELECTOR_CHANGED DENY mediatedDevices[0]
          zeros and letter case of USB ids | usb 046D:c52b => kubevirt.io/stick | usb 46d:C52B => kubevirt.io/stick | kubevirt.io/stick: a/vm | ''
          order of USB devices | usb 046d:c52b,1234:5678 => kubevirt.io/set | usb 1234:5678,046d:c52b => kubevirt.io/set | kubevirt.io/set: a/vm | ''
          a USB device less | usb 046d:c52b,1234:5678 => kubevirt.io/set | usb 1234:5678 => kubevirt.io/set | kubevirt.io/set: a/vm | SELECTOR_CHANGED DENY usb[0]
          order of two on one id, the last counts | pci 10DE:26B9 => nvidia.com/L40S-48Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | nvidia.com/L40S-24Q: a/vm | SELECTOR_CHANGED DENY pciHostDevices[0]
          order of two on one id, unused one loses | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | pci 10DE:26B9 => nvidia.com/L40S-48Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | nvidia.com/L40S-24Q: a/vm | ''
          the id newly shared, another rule's | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-48Q | nvidia.com/L40S-24Q: a/vm | ''
          another provider, another rule's | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q external | nvidia.com/L40S-24Q: a/vm | ''
          resource lost, another rule's | pci 10DE:26B9 => nvidia.com/L40S-24Q | '' | nvidia.com/L40S-24Q: a/vm | ''
          """)
  void changed(String name, String before, String after, String users, String findings) {
    assertThat(Case.text(Case.findings(ChangedSelectors::judge, before, after, users)))
        .isEqualTo(findings);
  }

  @Test
  void finding_namesTheSelectorAndWhoHasItNow() {
    List<Finding> findings =
        Case.findings(
            ChangedSelectors::judge,
            "pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B5 => nvidia.com/L40-8Q",
            "pci 10de:26b9 => nvidia.com/L40-8Q; pci 10DE:26B5 => nvidia.com/L40S-24Q",
            "nvidia.com/L40S-24Q: a/vm");

    assertThat(findings)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.problem())
              .startsWith(
                  "nvidia.com/L40S-24Q loses the devices 10DE:26B9 (now those of"
                      + " nvidia.com/L40-8Q): ");
          assertThat(finding.field()).endsWith("pciHostDevices[1]");
          assertThat(finding.usedBy()).isEqualTo("used by 1: VirtualMachine a/vm");
          assertThat(finding.fixes()).hasSize(2);
        });
  }
}
