package io.vgpusteward.agent.advertised;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.advertised.Sightings.Seen;
import io.vgpusteward.vgpu.PermittedDevices;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SightingsTest {
  private static final String VF = "0000:41:00.4";
  private final Sightings sightings = new Sightings();

  @Test
  void types_areSinceTheyWereSeenFirst() {
    assertThat(look("4:0", 1)).containsExactly(Map.entry(VF, new Seen(0, at(1), false)));
    assertThat(look("4:0", 2)).containsExactly(Map.entry(VF, new Seen(0, at(1), false)));
    assertThat(look("4:1155", 3)).containsExactly(Map.entry(VF, new Seen(1155, at(3), true)));
    assertThat(look("4:1155", 4)).containsExactly(Map.entry(VF, new Seen(1155, at(3), true)));
    assertThat(look("4:0", 5)).containsExactly(Map.entry(VF, new Seen(0, at(5), true)));
  }

  @Test
  void types_ofAFunctionThatGoesOrCannotBeRead_beginAnew() {
    assertThat(look("4:1155", 1)).containsKey(VF);
    assertThat(look("4:?", 2)).isEmpty();
    assertThat(look("4:1155", 3)).containsExactly(Map.entry(VF, new Seen(1155, at(3), false)));
  }

  @Test
  void permitted_isSinceItWasSeenFirst() {
    PermittedDevices empty = new PermittedDevices(List.of());
    assertThat(sightings.permitted(empty, at(1))).isEqualTo(at(1));
    assertThat(sightings.permitted(new PermittedDevices(List.of()), at(2))).isEqualTo(at(1));
    assertThat(sightings.permitted(PermittedDevices.none(), at(3))).isEqualTo(at(3));
    assertThat(sightings.permitted(empty, at(4))).isEqualTo(at(4));
  }

  private Map<String, Seen> look(String functions, long second) {
    return sightings.types(SceneText.with(functions).scene().host(), at(second));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }
}
