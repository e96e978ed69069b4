package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodDevicesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Containers are written {@code limit}, {@code -request}, {@code +limit} of one that stays. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one container               |      | 2    | 2",
        "two add up                  |      | 2 1  | 3",
        "requests alone              |      | -2   | 2",
        "an init container before    | 1    | 2    | 2",
        "an init container with more | 4    | 2    | 4",
        "init containers in turn     | 3 4  | 2    | 4",
        "one that stays              | +1   | 2    | 3",
        "one that stays, then more   | +1 4 | 2    | 5",
        "more, then one that stays   | 4 +1 | 2    | 4",
        "none                        | 0    | 0    | 0",
        "more than an int holds      |      | 2G 2G | 2147483647",
      })
  void of_countsAsTheScheduler(String name, String init, String containers, int expected)
      throws Exception {
    List<String> problems = new ArrayList<>();
    String pod =
        "{\"spec\":{\"initContainers\":[%s],\"containers\":[%s]}}"
            .formatted(json(init), json(containers));
    assertThat(
            PodDevices.of(JSON.readTree(pod), problems::add).values().stream()
                .mapToInt(Integer::intValue)
                .sum())
        .as(name)
        .isEqualTo(expected);
    assertThat(problems).isEmpty();
  }

  private static String json(String containers) {
    List<String> all = new ArrayList<>();
    for (String one : containers == null ? new String[0] : containers.split(" ")) {
      String field = one.startsWith("-") ? "requests" : "limits";
      String policy = one.startsWith("+") ? "\"restartPolicy\":\"Always\"," : "";
      all.add(
          "{%s\"resources\":{\"%s\":{\"nvidia.com/A10-12Q\":\"%s\",\"cpu\":\"1\"}}}"
              .formatted(policy, field, one.replaceAll("[+-]", "")));
    }
    return String.join(",", all);
  }
}
