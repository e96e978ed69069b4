package io.vgpusteward.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.extender.wire.PreemptionArgs.Victims;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The answers letter by letter: Go's client takes their keys by the names of struct fields. */
final class AnswersTest {
  private final Candidates names =
      Candidates.named(new LinkedHashSet<>(List.of("a", "b\"\n", "ä")));

  @Test
  void filtered_byName() {
    assertThat(text(Answers.filtered(names, List.of("ä"), ordered("a", "no", "b\"\n", "\u0001"))))
        .isEqualTo(
            """
            {"NodeNames":["ä"],"FailedAndUnresolvableNodes":{"a":"no","b\\"\\n":"\\u0001"}}\
            """);
  }

  @Test
  void filtered_byName_nobody_isAnEmptyListAndNoNull() {
    assertThat(text(Answers.filtered(names, List.of(), Map.of())))
        .isEqualTo("{\"NodeNames\":[],\"FailedAndUnresolvableNodes\":{}}");
  }

  @Test
  void filtered_fullNodes_areTheBytesThatCame() throws WireException {
    Candidates nodes =
        PlacementArgs.read(
                """
                {"Pod":{},"Nodes":{"items":[{"metadata":{"name":"a"},"x":1.0},{"metadata":{"name":"b"}}]}}\
                """
                    .getBytes(UTF_8))
            .candidates();
    assertThat(text(Answers.filtered(nodes, List.of("a"), Map.of("b", "no"))))
        .isEqualTo(
            """
            {"Nodes":{"items":[{"metadata":{"name":"a"},"x":1.0}]},"FailedAndUnresolvableNodes":{"b":"no"}}\
            """);
    assertThat(text(Answers.filtered(nodes, List.of(), Map.of())))
        .isEqualTo("{\"Nodes\":{\"items\":[]},\"FailedAndUnresolvableNodes\":{}}");
  }

  @Test
  void filterError() {
    assertThat(text(Answers.filterError("say \"why\"")))
        .isEqualTo("{\"Error\":\"say \\\"why\\\"\"}");
  }

  @Test
  void scored_isAnArray() {
    Map<String, Integer> scores = new LinkedHashMap<>();
    scores.put("b", 10);
    scores.put("a", 0);
    assertThat(text(Answers.scored(scores)))
        .isEqualTo("[{\"Host\":\"b\",\"Score\":10},{\"Host\":\"a\",\"Score\":0}]");
    assertThat(text(Answers.scored(Map.of()))).isEqualTo("[]");
  }

  @Test
  void preempting_isByUid() {
    assertThat(text(Answers.preempting(Map.of("a", new Victims(List.of("u", "v"), 3)))))
        .isEqualTo(
            """
            {"NodeNameToMetaVictims":{"a":{"Pods":[{"UID":"u"},{"UID":"v"}],"NumPDBViolations":3}}}\
            """);
    assertThat(text(Answers.preempting(Map.of()))).isEqualTo("{\"NodeNameToMetaVictims\":{}}");
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }
}
