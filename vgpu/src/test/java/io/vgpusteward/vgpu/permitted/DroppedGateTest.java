package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DroppedGateTest {
  private static final String FIELD = "spec.configuration.developerConfiguration.featureGates";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | severity
          in use | +HostDevices | '' | hostDevices: a/vm | DENY
          unused | +HostDevices | '' | nvidia.com/L40S-24Q: a/vm | ''
          use unknown | +HostDevices | '' | unseen | DENY
          acknowledged | +HostDevices | allow=HostDevices | hostDevices: a/vm | ACKNOWLEDGED
          stays | +HostDevices | +HostDevices | hostDevices: a/vm | ''
          comes | '' | +HostDevices | hostDevices: a/vm | ''
          was off before | '' | pci 10DE:26B9 => nvidia.com/L40S-24Q | hostDevices: a/vm | ''
          a new KubeVirt without it | new | '' | hostDevices: a/vm | WARN
          a new KubeVirt without it, unused | new | '' | '' | ''
          a new KubeVirt without it, use unknown | new | '' | unseen | ''
          a new KubeVirt with it | new | +HostDevices | hostDevices: a/vm | ''
          """)
  void dropped(String name, String before, String after, String users, String severity) {
    assertThat(Case.text(Case.findings(DroppedGate::judge, before, after, users)))
        .isEqualTo(severity.isEmpty() ? "" : "GATE_DROPPED " + severity + " " + FIELD);
  }
}
