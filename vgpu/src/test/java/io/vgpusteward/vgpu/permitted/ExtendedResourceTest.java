package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.ResourceName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedResourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvidia.com/L40S-24Q",
        "nvidia.com/A100-1-5CME",
        "nvidia.com/NVIDIA_L40S-24Q",
        "kubevirt.io/storage",
        "a/b",
        "gpu.example.org/a.b_c-d",
      })
  void valid(String name) {
    assertThat(ExtendedResource.isValid(new ResourceName(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "L40S-24Q",
        "nvidia.com/",
        "/L40S-24Q",
        "nvidia.com/a/b",
        "NVIDIA.com/L40S-24Q",
        "nvidia..com/L40S",
        "nvidia.com/-L40S",
        "nvidia.com/L40S_",
        "nvidia.com/L40S 24Q",
        " nvidia.com/L40S-24Q",
        "nvidia.com/L40S-24Q\n",
        "kubernetes.io/gpu",
        "devices.kubernetes.io/gpu",
        "requests.nvidia.com/gpu",
      })
  void invalid(String name) {
    assertThat(ExtendedResource.isValid(new ResourceName(name))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"244, 63, true", "245, 63, false", "244, 64, false"})
  void lengths_areThoseOfAQuotasName(int domain, int name, boolean valid) {
    assertThat(
            ExtendedResource.isValid(new ResourceName("d".repeat(domain) + "/" + "n".repeat(name))))
        .isEqualTo(valid);
  }
}
