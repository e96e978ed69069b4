package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcknowledgementsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | problem
          stays open | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | from now on anybody may remove nvidia.com/L40S-24Q
          stays open for the gate | +HostDevices | +HostDevices; allow=HostDevices | from now on anybody may remove HostDevices
          names nothing | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/l40s-24q; pci 10DE:26B9 => nvidia.com/L40S-24Q | there is no nvidia.com/l40s-24q to remove
          used at once | pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q | ''
          used at once for the gate | +HostDevices | allow=HostDevices | ''
          was there before | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | ''
          taken out | allow=nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q | ''
          """)
  void acknowledgement(String name, String before, String after, String problem) {
    assertThat(
            Case.findings(Acknowledgements::judge, before, after, "").stream()
                .map(finding -> finding.severity() + " " + finding.problem()))
        .isEqualTo(problem.isEmpty() ? java.util.List.of() : java.util.List.of("WARN " + problem));
  }
}
