package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangedProvidersTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | findings
          a vGPU in use | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q external | nvidia.com/L40S-24Q: a/vm | PROVIDER_CHANGED DENY pciHostDevices[0].externalResourceProvider
          a vGPU that is unused | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q external | '' | PROVIDER_CHANGED DENY_UNLESS_TRUSTED pciHostDevices[0].externalResourceProvider
          a vGPU, use unknown | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q external | unseen | PROVIDER_CHANGED DENY pciHostDevices[0].externalResourceProvider
          a vGPU, acknowledged | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q external | nvidia.com/L40S-24Q: a/vm | PROVIDER_CHANGED ACKNOWLEDGED pciHostDevices[0].externalResourceProvider
          a mediated vGPU in use | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q | mediated NVIDIA A10-12Q => nvidia.com/A10-12Q external | nvidia.com/A10-12Q: a/vm | PROVIDER_CHANGED DENY mediatedDevices[0].externalResourceProvider
          a vGPU, both ways | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q external | nvidia.com/L40S-24Q: a/vm | PROVIDER_CHANGED DENY pciHostDevices[1].externalResourceProvider
          a new vGPU, both ways | '' | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q external | '' | PROVIDER_CHANGED DENY_UNLESS_TRUSTED pciHostDevices[0].externalResourceProvider
          a new vGPU of another plugin | '' | pci 10DE:26B9 => nvidia.com/L40S-24Q external | '' | ''
          was so before | pci 10DE:26B9 => nvidia.com/L40S-24Q external | pci 10de:26b9 => nvidia.com/L40S-24Q external | nvidia.com/L40S-24Q: a/vm | ''
          a whole GPU in use | pci 10DE:26B9 => nvidia.com/AD102GL_L40S | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | nvidia.com/AD102GL_L40S: a/vm | PROVIDER_CHANGED WARN pciHostDevices[0].externalResourceProvider
          a whole GPU that is unused | pci 10DE:26B9 => nvidia.com/AD102GL_L40S | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | '' | ''
          a whole GPU back to KubeVirt | pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | pci 10DE:26B9 => nvidia.com/AD102GL_L40S | nvidia.com/AD102GL_L40S: a/vm | PROVIDER_CHANGED WARN pciHostDevices[0].externalResourceProvider
          a passthrough entry beside the vGPU | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/AD102GL_L40S external | nvidia.com/L40S-24Q: a/vm | ''
          """)
  void changed(String name, String before, String after, String users, String findings) {
    assertThat(Case.text(Case.findings(ChangedProviders::judge, before, after, users)))
        .isEqualTo(findings);
  }
}
