package io.vgpusteward.cluster.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.state.ClusterState;
import io.vgpusteward.cluster.state.Effect;
import io.vgpusteward.cluster.state.Origin;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ReductionTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final String SECRET = "hunter2";

  static List<Path> objects() throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES.resolve("objects"))) {
      return files
          .filter(file -> !file.getFileName().toString().contains("malformed"))
          .sorted()
          .toList();
    }
  }

  /** A new kind needs an entry in {@code kept.yaml}: without one no snapshot would have it. */
  @ParameterizedTest
  @EnumSource(ObjectKind.class)
  void eachKind_isKeptInPart_butSecretsAndLeases(ObjectKind kind) {
    assertThat(Reduction.keeps(kind))
        .isEqualTo(kind != ObjectKind.SECRET && kind != ObjectKind.LEASE);
  }

  @Test
  void eachKeyOfOurs_isKnown() {
    List<String> known = new ArrayList<>();
    names(Reduction.forms(), known);
    assertThat(known)
        .containsAll(
            Arrays.stream(Keys.class.getDeclaredFields())
                .map(ReductionTest::text)
                .filter(key -> key.startsWith(Keys.PREFIX) && !key.equals(Keys.PREFIX))
                .filter(key -> !key.equals(Keys.HEARTBEAT))
                .toList());
  }

  /** What the rules read is what is kept: a reader that reads more fails here. */
  @ParameterizedTest
  @MethodSource("objects")
  void whatViewsShow_isTheSame(Path file) {
    for (Manifest manifest : Manifests.read(file)) {
      ObjectKind kind = ObjectKind.of(manifest.object()).orElseThrow();
      if (!Reduction.keeps(kind)) {
        continue;
      }
      ClusterState state = new ClusterState(Origin.API_SERVER);
      state.put(kind, withoutSecretsAndUid(manifest.object()), problem -> {});

      assertThat(state.put(kind, Reduction.reduce(kind, manifest.object()), problem -> {}))
          .isEqualTo(Effect.NONE);
    }
  }

  @Test
  void secrets_areLeftOut_whereverTheyAre() {
    List<ObjectNode> reduced =
        followed("planted.yaml")
            .map(object -> Reduction.reduce(ObjectKind.of(object).orElseThrow(), object))
            .toList();

    assertThat(reduced).isNotEmpty();
    assertThat(reduced.toString()).doesNotContain(SECRET, "aHVudGVyMg");
    assertThat(reduced).containsExactlyElementsOf(followed("reduced.yaml").toList());
  }

  /** The same for each kind that is followed, in places that nobody has thought of. */
  @ParameterizedTest
  @EnumSource(
      value = ObjectKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SECRET", "LEASE"})
  void whatIsNotNamed_isLeftOut(ObjectKind kind) {
    ObjectNode planted = (ObjectNode) planted(Reduction.forms().get(kind.kind()));

    ObjectNode reduced = Reduction.reduce(kind, planted);

    assertThat(planted.toString()).contains(SECRET, "harmless");
    assertThat(reduced.toString()).contains("harmless").doesNotContain(SECRET);
  }

  @Test
  void secret_isNoneOfItsKinds() {
    assertThatThrownBy(
            () -> Reduction.reduce(ObjectKind.SECRET, JsonNodeFactory.instance.objectNode()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nothing is kept of a Secret");
  }

  @Test
  void shape_thatIsNone_isRefused() {
    assertThatThrownBy(() -> Shape.of(TextNode.valueOf("kept")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Stream<ObjectNode> followed(String resource) {
    return Manifests.read(RESOURCES.resolve("snapshot").resolve(resource)).stream()
        .map(Manifest::object)
        .filter(object -> ObjectKind.of(object).isPresent());
  }

  /** An object of the form, with a secret beside each thing and in place of each that is wrong. */
  private static JsonNode planted(JsonNode form) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (form.isObject()) {
      ObjectNode object = json.objectNode();
      form.properties()
          .forEach(member ->
              object.set(member.getKey().replace("*", "some/thing"), planted(member.getValue())));
      object.put("planted", SECRET).putObject("planted-too").put("name", SECRET);
      return object;
    }
    if (form.isArray()) {
      ArrayNode items = json.arrayNode().add(planted(form.get(0)));
      items.addArray().add(SECRET);
      items.addObject().put("planted", SECRET);
      return form.get(0).isTextual() ? items : items.add(SECRET);
    }
    return json.textNode(form.asText().equals("keep") ? "harmless" : SECRET);
  }

  private static ObjectNode withoutSecretsAndUid(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    copy.withObjectProperty("metadata").remove("uid");
    if (copy.at("/metadata/annotations") instanceof ObjectNode annotations
        && annotations.has(Keys.USER_DATA)) {
      annotations.put(Keys.USER_DATA, Shape.OPAQUE);
    }
    return copy;
  }

  private static void names(JsonNode form, List<String> into) {
    for (Map.Entry<String, JsonNode> member : form.properties()) {
      into.add(member.getKey());
    }
    form.forEach(member -> names(member, into));
  }

  private static String text(Field constant) {
    try {
      return constant.getType() == String.class ? (String) constant.get(null) : "";
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
