package io.vgpusteward.vgpu.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VgpuRequestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | the pod's devices and annotation | what is wanted
          26B9=L40S-24Q | L40S-24Q=2 | 2 L40S-24Q of nvidia.com/L40S-24Q
          26B9=L40S-24Q | L40S-24Q=2 as L40S-12Q | 2 L40S-12Q of nvidia.com/L40S-24Q
          26B9=L40S-24Q | L40S-24Q=2 as L40S-24Q | 2 L40S-24Q of nvidia.com/L40S-24Q
          26B9=L40S-24Q | L40S-24Q=1 as DC-1-24QGFX | 1 L40S-24Q of nvidia.com/L40S-24Q
          2BB5=DC-24Q | DC-24Q=1 as DC-1-24QGFX | 1 DC-1-24QGFX of nvidia.com/DC-24Q
          # Other resources keep the profile of their name, as long as one is there for the annotation.
          26B9=L40S-24Q, 2236=A10-24Q | L40S-24Q=1, A10-24Q=2 as L40S-12Q | 2 A10-24Q of nvidia.com/A10-24Q, 1 L40S-12Q of nvidia.com/L40S-24Q
          2331=H100-10C, 2330=H100-20C | H100-10C=1, H100-20C=1 as H100-10C | 1 H100-10C of nvidia.com/H100-10C, 1 H100-20C of nvidia.com/H100-20C
          external 26B9=L40S-24Q, external 26B9=L40S-12Q | L40S-24Q=1, L40S-12Q=1 as L40S-12Q | 1 L40S-12Q of nvidia.com/L40S-12Q, 1 L40S-24Q of nvidia.com/L40S-24Q
          # The list has changed since.
          26B9=L40S-12Q | L40S-24Q=1 as L40S-12Q | 1 L40S-12Q of nvidia.com/L40S-24Q
          - | L40S-24Q=1 as L40S-12Q | 1 L40S-12Q of nvidia.com/L40S-24Q
          # Names without a profile count where the list has them.
          26B9=vgpu | vgpu=1 | 1 of nvidia.com/vgpu
          26B9=L40S-24Q, 10ED=sound | L40S-24Q=1, sound=1 as L40S-12Q | 1 L40S-12Q of nvidia.com/L40S-24Q, 1 of nvidia.com/sound
          26B9=L40S-24Q | intel.com/qat=1 | nothing
          mdev x=intel.com/U630 | intel.com/U630=1 | nothing
          # Names with one count in any case.
          none | L40S-24Q=1 | 1 L40S-24Q of nvidia.com/L40S-24Q
          26B9=NVIDIA_L40S-24Q | NVIDIA_L40S-24Q=1 | 1 L40S-24Q of nvidia.com/NVIDIA_L40S-24Q
          # What is no business of ours.
          26B9=L40S-24Q | devices.kubevirt.io/kvm=1, vgpu-steward.io/framebuffer-gib=24, L40S-24Q=0 | nothing
          26B9=L40S-24Q | - | nothing
          """)
  void profile_isTheAnnotatedOne_orThatOfTheName(
      String permitted, String request, String expected) {
    assertThat(wanted(Written.request(request, Written.permitted(permitted)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          26B9=L40S-24Q | L40S-24Q=1 as A10-24Q | the pod is annotated with A10-24Q, and none of its devices brings that
          26B9=vgpu | vgpu=1 as L40S-24Q | the pod is annotated with L40S-24Q, and none of its devices brings that
          26B9=L40S-24Q | - as L40S-24Q | the pod is annotated with L40S-24Q, and none of its devices brings that
          26B9=L40S-24Q | L40S-24Q=1 as big | the pod is annotated with "big", which is no profile
          """)
  void annotationThatNoDeviceBrings_cannotBeAnswered(String permitted, String request, String why) {
    VgpuRequest read = Written.request(request, Written.permitted(permitted));

    assertThat(read.unanswerable()).contains(why);
    assertThat(read.isEmpty()).isFalse();
  }

  @Test
  void emptyAnnotation_isNone() {
    VgpuRequest read = Written.request("L40S-24Q=1 as  ", Written.permitted("26B9=L40S-24Q"));

    assertThat(read.unanswerable()).isEmpty();
    assertThat(read.resources()).containsValue(Wanted.of(1, Written.profile("L40S-24Q")));
  }

  @Test
  void longAnnotation_isCut() {
    VgpuRequest read = Written.request("- as " + "x".repeat(500), Written.permitted("-"));

    assertThat(read.unanswerable().orElseThrow()).hasSizeLessThan(150);
  }

  @Test
  void values_areCheckedAndKept() {
    TreeMap<ResourceName, Wanted> map = new TreeMap<>();
    map.put(Written.resource("vgpu"), Wanted.any(1));
    VgpuRequest request = new VgpuRequest(map);
    map.clear();

    assertThat(request.resources()).hasSize(1);
    assertThat(new VgpuRequest(map).isEmpty()).isTrue();
    assertThatThrownBy(() -> Wanted.any(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nobody wants 0 devices");
    assertThatThrownBy(() -> request.resources().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static String wanted(VgpuRequest request) {
    return request.resources().isEmpty()
        ? "nothing"
        : request.resources().entrySet().stream()
            .map(VgpuRequestTest::words)
            .collect(Collectors.joining(", "));
  }

  private static String words(Map.Entry<?, Wanted> entry) {
    return entry.getValue().count()
        + entry.getValue().profile().map(Profile::name).map(name -> " " + name).orElse("")
        + " of "
        + entry.getKey();
  }
}
