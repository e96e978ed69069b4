package io.vgpusteward.extender.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vgpusteward.extender.Scene;
import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodRequestTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void of_aLauncher() throws Exception {
    PodRequest pod = read(Scene.pod("L40S-12Q"));
    assertThat(pod).hasToString("pod team/virt-launcher-a (u)");
    assertThat(pod.devices()).isEqualTo(Map.of(Scene.RESOURCE, 1));
    assertThat(pod.profile()).contains("L40S-12Q");
    assertThat(pod.problems()).isEmpty();
    assertThat(pod.under(new Scene().view().kubeVirt().orElseThrow().permitted()).resources())
        .containsOnlyKeys(Scene.RESOURCE);
  }

  @Test
  void of_aPodWithoutAVgpu_asksForNothing() throws Exception {
    assertThat(read(Scene.plainPod()).under(PermittedDevices.none()).isEmpty()).isTrue();
    assertThat(read("{}").under(PermittedDevices.none()).isEmpty()).isTrue();
    assertThat(read("{\"metadata\":null,\"spec\":null}").problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'spec':[]} | spec is not a mapping",
        "{'spec':{'containers':{}}} | spec.containers is not a list",
        "{'spec':{'containers':[{'resources':{'limits':{'nvidia.com/L40S-24Q':'many'}}}]}} | spec.containers[0].resources.limits.nvidia.com/L40S-24Q is not a quantity",
        "{'metadata':{'annotations':{'vgpu-steward.io/profile':7}}} | metadata.annotations[vgpu-steward.io/profile] is not a string",
      })
  void of_aMalformedPod_saysWhere(String pod, String problem) throws Exception {
    assertThat(read(pod.replace('\'', '"')).problems()).containsExactly(problem);
  }

  @Test
  void toString_staysOnALine() throws Exception {
    assertThat(read("{\"metadata\":{\"name\":\"a\\nb\",\"namespace\":\"n\",\"uid\":\"u\"}}"))
        .hasToString("pod n/a?b (u)");
  }

  private static PodRequest read(String pod) throws JsonProcessingException {
    return PodRequest.of(JSON.readTree(pod));
  }
}
