package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnpermittedResourcesTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | findings
          a list where there was none | absent | pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/L40S-24Q: a/vm; nvidia.com/A10-12Q: a/vm | NOT_PERMITTED DENY lists
          an empty list where there was none | absent | '' | nvidia.com/L40S-24Q: a/vm; nvidia.com/A10-12Q: a/vm | NOT_PERMITTED DENY lists, NOT_PERMITTED DENY lists
          acknowledged | absent | allow=nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/L40S-24Q: a/vm | NOT_PERMITTED ACKNOWLEDGED lists
          with all that is used | absent | pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/A10-12Q: a/vm | ''
          use unknown | absent | pci 10DE:2236 => nvidia.com/A10-12Q | unseen | NOT_PERMITTED WARN lists
          a new KubeVirt without it | new | pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/L40S-24Q: a/vm | NOT_PERMITTED WARN lists
          a new KubeVirt without a list | new | absent | nvidia.com/L40S-24Q: a/vm | ''
          was not permitted before | '' | pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/L40S-24Q: a/vm | ''
          still no list | absent | absent | nvidia.com/L40S-24Q: a/vm | ''
          """)
  void unpermitted(String name, String before, String after, String users, String findings) {
    assertThat(Case.text(Case.findings(UnpermittedResources::judge, before, after, users)))
        .isEqualTo(findings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nvidia.com/L40S-24Q | selector=10DE:26B9
          nvidia.com/H100-20C | resourceName: nvidia.com/H100-20C
          nvidia.com/AD102GL_L40S | resourceName: nvidia.com/AD102GL_L40S
          """)
  void fix_isTheEntry_whereTheNameTellsIt(String resource, String fix) {
    assertThat(
            Case.findings(UnpermittedResources::judge, "absent", "", resource + ": a/vm")
                .getFirst()
                .fixes()
                .toString())
        .contains(fix);
  }

  @Test
  void of_namesEachResourceThatIsLacking() {
    PermittedChange change =
        Case.change(
            "new",
            "pci 10DE:2236 => nvidia.com/A10-12Q",
            "nvidia.com/L40S-24Q: a/vm b/vm; nvidia.com/A10-12Q: a/vm",
            java.util.Set.of());

    assertThat(UnpermittedResources.of(change.after().devices(), change.uses()))
        .hasToString("{nvidia.com/L40S-24Q=[VirtualMachine a/vm, VirtualMachine b/vm]}");
  }
}
