package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.annotation;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.unannotate;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.guest.Injected;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out, what stays, and that the mutation leaves it out from then on. */
class PlacementReleaseTest {
  private static final String INJECTED = "vgpu-steward.io/injected";
  private static final String MARKER = "vgpu-steward.io/framebuffer-gib";
  private static final String AFFINITY =
      "spec.template.spec.affinity.nodeAffinity[profile.vgpu-steward.io/L40S-24Q]";

  private final Fixture cluster = new Fixture();

  @Test
  void affinity_goes_andTheRestStays() {
    ObjectNode stored = cluster.create("annotated.yaml");

    PlacementRelease.Outcome outcome = PlacementRelease.of(stored);

    ObjectNode released = outcome.released().orElseThrow();
    assertThat(outcome.removed()).containsExactly(AFFINITY);
    assertThat(outcome.left()).isEmpty();
    ObjectNode expected = stored.deepCopy();
    ((ObjectNode) spec(expected, "")).remove("affinity");
    annotate(expected, INJECTED, record(stored).withoutPlacement().format());
    assertThat(released).isEqualTo(expected);
  }

  @Test
  void affinityOfTheUser_stays() {
    JsonNode affinity =
        yaml(
            """
            podAntiAffinity: {keep: me}
            nodeAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                - matchExpressions: [{key: zone, operator: In, values: [a]}]
                - matchFields: [{key: metadata.name, operator: In, values: [node-1]}]
                - {}
            """);
    ObjectNode stored =
        cluster.create(set(guest("annotated.yaml"), "", "affinity", affinity.deepCopy()));

    ObjectNode released = PlacementRelease.of(stored).released().orElseThrow();

    assertThat(spec(released, "/affinity")).isEqualTo(affinity);
  }

  @Test
  void markerAndScheduler_go_andResourcesOfTheUserStay() {
    ObjectNode stored =
        cluster
            .extender("gpu")
            .create(
                set(
                    guest("annotated.yaml"),
                    "/domain",
                    "resources",
                    yaml("{requests: {memory: 8Gi}}")));

    PlacementRelease.Outcome outcome = PlacementRelease.of(stored);

    assertThat(outcome.removed())
        .containsExactly(
            "spec.template.spec.domain.resources.requests[" + MARKER + "]",
            "spec.template.spec.domain.resources.limits[" + MARKER + "]",
            "spec.template.spec.schedulerName");
    ObjectNode released = outcome.released().orElseThrow();
    assertThat(spec(released, "/domain/resources")).isEqualTo(yaml("{requests: {memory: 8Gi}}"));
    assertThat(spec(released, "").has("schedulerName")).isFalse();
  }

  @Test
  void marker_goesInWhateverWordsTheQuantityIs() {
    ObjectNode stored = cluster.extender("").create("annotated.yaml");
    set(stored, "/domain/resources/requests", MARKER, yaml("24000m"));
    set(stored, "/domain/resources/limits", MARKER, yaml("24"));

    ObjectNode released = PlacementRelease.of(stored).released().orElseThrow();

    assertThat(spec(released, "/domain").has("resources")).isFalse();
  }

  @Test
  void schedulerThatTheUserHasSetSince_stays() {
    ObjectNode stored = cluster.extender("gpu").create("annotated.yaml");
    set(stored, "", "schedulerName", yaml("mine"));

    PlacementRelease.Outcome outcome = PlacementRelease.of(stored);

    assertThat(spec(outcome.released().orElseThrow(), "/schedulerName").asText()).isEqualTo("mine");
    assertThat(outcome.removed()).hasSize(2);
  }

  @Test
  void profileOnThePod_thatSomebodyTookOut_isNotPutBack() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ((ObjectNode) stored.at("/spec/template/metadata")).remove("annotations");

    ObjectNode released = PlacementRelease.of(stored).released().orElseThrow();

    assertThat(released.at("/spec/template/metadata").has("annotations")).isFalse();
  }

  @Test
  void guestThatHasLostItsPlacement_isReleasedAllTheSame() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ((ObjectNode) spec(stored, "")).remove("affinity");

    PlacementRelease.Outcome outcome = PlacementRelease.of(stored);

    assertThat(outcome.removed()).isEmpty();
    assertThat(record(outcome.released().orElseThrow()).released()).isTrue();
  }

  @Test
  void release_isIdempotent() {
    ObjectNode released =
        PlacementRelease.of(cluster.create("annotated.yaml")).released().orElseThrow();

    assertThat(PlacementRelease.of(released))
        .isEqualTo(new PlacementRelease.Outcome(Optional.empty(), List.of(), List.of()));
  }

  @Test
  void guestWithoutARecord_isLeft_andWhatHoldsItBackIsNamed() {
    ObjectNode vm = cluster.create("annotated.yaml");
    unannotate(vm, INJECTED);
    ObjectNode marked = unannotate(cluster.extender("").create("annotated.yaml"), INJECTED);

    assertThat(PlacementRelease.of(vm))
        .isEqualTo(new PlacementRelease.Outcome(Optional.empty(), List.of(), List.of(AFFINITY)));
    assertThat(PlacementRelease.of(marked).released()).isEmpty();
    assertThat(PlacementRelease.of(marked).left())
        .containsExactly(
            "spec.template.spec.domain.resources.requests[" + MARKER + "]",
            "spec.template.spec.domain.resources.limits[" + MARKER + "]");
    assertThat(PlacementRelease.of(guest("annotated.yaml")).left()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "{}"})
  void recordThatCannotBeRead_isSaid_andNotRepeated(String text) {
    ObjectNode vm = annotate(guest("annotated.yaml"), INJECTED, text);

    assertThatThrownBy(() -> PlacementRelease.of(vm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("its annotation vgpu-steward.io/injected cannot be read");
  }

  @Test
  void templateOfAnotherShape_isSaid() {
    ObjectNode vm = cluster.create("annotated.yaml");
    set(vm, "/affinity", "nodeAffinity", yaml("[]"));

    assertThatThrownBy(() -> PlacementRelease.of(vm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("spec.template.spec.affinity.nodeAffinity");
  }

  @ParameterizedTest
  @CsvSource({"affinity,annotated.yaml", "extender,annotated.yaml", "extender,listed-gpu.yaml"})
  void mutation_leavesAReleasedGuestAsItIs(String mode, String file) {
    if (mode.equals("extender")) {
      cluster.extender("gpu");
    }
    ObjectNode stored = cluster.create(file);
    ObjectNode released = PlacementRelease.of(stored).released().orElseThrow();

    cluster.unchanged(released, Optional.of(stored));
    // kubectl apply keeps our annotations, kubectl replace does not.
    ObjectNode edited = released.deepCopy();
    set(edited, "/domain", "cpu", yaml("{cores: 4}"));
    cluster.unchanged(edited, Optional.of(released));
    assertThat(cluster.update(released, guest(file))).isEqualTo(released);
  }

  @Test
  void anotherProfile_bringsItsDevices_andNoPlacement() {
    ObjectNode stored = cluster.extender("gpu").create("annotated.yaml");
    ObjectNode released = PlacementRelease.of(stored).released().orElseThrow();

    ObjectNode other =
        cluster.update(released, annotate(released.deepCopy(), "vgpu-steward.io/profile", "L4-6Q"));

    assertThat(spec(other, "/domain/devices/hostDevices"))
        .isEqualTo(yaml("[{name: vgpu0, deviceName: nvidia.com/L4-6Q}]"));
    assertThat(spec(other, "/domain").has("resources")).isFalse();
    assertThat(spec(other, "").has("schedulerName")).isFalse();
    assertThat(record(other).released()).isTrue();
  }

  @Test
  void guestThatAsksForNothingAnyMore_isForgotten() {
    ObjectNode released =
        PlacementRelease.of(cluster.create("annotated.yaml")).released().orElseThrow();

    ObjectNode without =
        cluster.update(released, unannotate(released.deepCopy(), "vgpu-steward.io/profile"));

    assertThat(without.path("metadata").path("annotations").has(INJECTED)).isFalse();
  }

  @Test
  void adoption_placesItAgain() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode released = PlacementRelease.of(stored).released().orElseThrow();

    ObjectNode adopted =
        cluster.update(released, annotate(released.deepCopy(), "vgpu-steward.io/adopt", "true"));

    assertThat(adopted).isEqualTo(stored);
  }

  @Test
  void copy_isAGuestOfItsOwn() {
    ObjectNode stored = cluster.create("annotated.yaml");
    ObjectNode copy = PlacementRelease.of(stored).released().orElseThrow();

    assertThat(spec(cluster.create(copy), "/affinity")).isEqualTo(spec(stored, "/affinity"));
  }

  private static Injected record(ObjectNode vm) {
    return Injected.parse(annotation(vm, INJECTED));
  }
}
