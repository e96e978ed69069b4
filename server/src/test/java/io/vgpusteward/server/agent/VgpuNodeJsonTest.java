package io.vgpusteward.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.LastWords;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.report.GpuReport;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.agent.report.VfReport;
import io.vgpusteward.agent.report.VfReport.Desired;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent writes is what the others read. */
final class VgpuNodeJsonTest {
  private static final Instant SINCE = Instant.parse("2026-11-21T10:00:00Z");
  private static final Profile HALF = Profile.parse("L40S-24Q").orElseThrow();
  private static final Profile WHOLE = Profile.parse("L40S-48Q").orElseThrow();
  private static final GpuReport CARD =
      new GpuReport(
          "0000:41:00.0",
          PciId.parse("10DE:26B9"),
          Optional.of("L40S"),
          Optional.of("nvidia"),
          Gpu.Sizes.Equal,
          OptionalInt.of(48),
          new TreeMap<>(Map.of(1155L, HALF, 1156L, WHOLE)),
          List.of(
              new VfReport(
                  "0000:41:00.4",
                  Optional.of("nvidia"),
                  Optional.of(HALF),
                  Optional.of(1155L),
                  Optional.of(new Desired(Optional.of(WHOLE))),
                  Vf.State.Pending,
                  Optional.of("held by somebody"),
                  Optional.of(new Vf.Holder("team", "launcher", Optional.of("one"))),
                  List.of(HALF)),
              new VfReport(
                  "0000:41:00.5",
                  Optional.of("vfio-pci"),
                  Optional.empty(),
                  Optional.of(4711L),
                  Optional.of(new Desired(Optional.empty())),
                  Vf.State.Failed,
                  Optional.empty(),
                  Optional.of(new Vf.Holder("team", "other", Optional.empty())),
                  List.of())),
          Optional.empty());
  private static final GpuReport PASSED =
      new GpuReport(
          "0000:e1:00.0",
          Optional.empty(),
          Optional.empty(),
          Optional.of("vfio-pci"),
          Gpu.Sizes.Unknown,
          OptionalInt.empty(),
          new TreeMap<>(),
          List.of(),
          Optional.of("one virtual machine gets it whole (vfio-pci)"));

  private static NodeReport report(Condition.Status ready, Condition.Status advertised) {
    return new NodeReport(
        List.of(
            new Condition(Condition.Topic.Ready, ready, "Because", "of this", SINCE),
            new Condition(
                Condition.Topic.ConfigValid, Condition.Status.True, "Valid", "all", SINCE),
            new Condition(
                Condition.Topic.Advertised, advertised, "ScannedTooEarly", "too early", SINCE)),
        List.of(CARD, PASSED));
  }

  private static ObjectNode object(NodeReport report) {
    ObjectNode object = new ObjectMapper().createObjectNode();
    object.putObject("metadata").put("name", "n1");
    object.set("status", VgpuNodeJson.status(report));
    return object;
  }

  @Test
  void inventoryThatIsRead_isTheOneThatLabelsAreMadeFrom() {
    for (Condition.Status ready : Condition.Status.values()) {
      for (Condition.Status advertised : Condition.Status.values()) {
        NodeReport report = report(ready, advertised);
        List<String> problems = new ArrayList<>();
        assertThat(ObjectReader.inventory(object(report), problems::add))
            .as(ready + " " + advertised)
            .isEqualTo(report.inventory("n1"));
        assertThat(problems).isEmpty();
      }
    }
  }

  @Test
  void nextAgent_readsWhatItCannotSee() {
    NodeReport report = report(Condition.Status.True, Condition.Status.False);
    LastWords last = VgpuNodeJson.last(object(report));
    assertThat(last.conditions()).isEqualTo(report.conditions());
    assertThat(last.gpus().get("0000:41:00.0"))
        .isEqualTo(new LastWords.Gpu(CARD.offered(), OptionalInt.of(48)));
    assertThat(last.gpus().get("0000:e1:00.0"))
        .isEqualTo(new LastWords.Gpu(new TreeMap<>(), OptionalInt.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"status\":null}",
        "{\"status\":[]}",
        "{\"status\":{\"gpus\":7}}",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"Maybe\"},null]}}",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
            + "\"lastTransitionTime\":\"yesterday\"}],\"other\":1}}"
      })
  void whatSomebodyElseWrote_isNothing(String json) throws IOException {
    assertThat(VgpuNodeJson.last(new ObjectMapper().readTree(json))).isEqualTo(LastWords.none());
  }
}
