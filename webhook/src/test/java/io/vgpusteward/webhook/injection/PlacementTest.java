package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.unannotate;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Instancetype;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final String TERMS =
      "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
  private static final String REQUIREMENT =
      "{key: profile.vgpu-steward.io/L40S-24Q, operator: In, values: ['true']}";

  private final Fixture cluster = new Fixture();

  @Test
  void affinity_requiresTheProfilesLabel_andSetsNoMarker() {
    ObjectNode vm = cluster.create("annotated.yaml");

    assertThat(spec(vm, TERMS)).isEqualTo(yaml("[{matchExpressions: [" + REQUIREMENT + "]}]"));
    assertThat(spec(vm, "/domain").has("resources")).isFalse();
    assertThat(spec(vm, "").has("schedulerName")).isFalse();
  }

  @Test
  void affinity_addsToEveryTermOfTheUsers_butNotToTheOneThatMatchesNothing() {
    JsonNode affinity =
        yaml(
            """
            podAntiAffinity: {keep: me}
            nodeAffinity:
              preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                - matchExpressions: [{key: zone, operator: In, values: [a]}]
                - matchFields: [{key: metadata.name, operator: In, values: [node-1]}]
                - {}
            """);
    ObjectNode vm = set(guest("annotated.yaml"), "", "affinity", affinity);

    ObjectNode stored = cluster.create(vm);

    assertThat(spec(stored, TERMS))
        .isEqualTo(
            yaml(
                """
                - matchExpressions: [{key: zone, operator: In, values: [a]}, REQUIREMENT]
                - matchFields: [{key: metadata.name, operator: In, values: [node-1]}]
                  matchExpressions: [REQUIREMENT]
                - {}
                """
                    .replace("REQUIREMENT", REQUIREMENT)));
    assertThat(spec(stored, "/affinity/podAntiAffinity")).isEqualTo(yaml("{keep: me}"));

    ObjectNode released =
        cluster.update(stored, unannotate(stored.deepCopy(), "vgpu-steward.io/profile"));
    assertThat(spec(released, "/affinity")).isEqualTo(affinity);
  }

  @Test
  void affinity_requiresEachProfile_whereSeveralAreAsked() {
    ObjectNode vm = annotate(guest("listed-gpu.yaml"), "vgpu-steward.io/profile", "L4-6Q");

    assertThat(spec(cluster.create(vm), TERMS + "/0/matchExpressions").findValuesAsText("key"))
        .containsExactly("profile.vgpu-steward.io/L4-6Q", "profile.vgpu-steward.io/L40S-24Q");
  }

  @Test
  void extender_setsTheMarkerOnBothSides_andNoAffinity() {
    ObjectNode vm =
        cluster
            .extender("")
            .create(annotate(guest("annotated.yaml"), "vgpu-steward.io/count", "2"));

    assertThat(spec(vm, "/domain/resources"))
        .isEqualTo(
            yaml(
                "{requests: {vgpu-steward.io/framebuffer-gib: '48'},"
                    + " limits: {vgpu-steward.io/framebuffer-gib: '48'}}"));
    assertThat(spec(vm, "").has("affinity")).isFalse();
    assertThat(spec(vm, "").has("schedulerName")).isFalse();
  }

  @Test
  void extender_sumsTheFrameBuffersOfAllProfiles() {
    ObjectNode vm = annotate(guest("listed-gpu.yaml"), "vgpu-steward.io/profile", "L4-6Q");

    assertThat(
            spec(cluster.extender("").create(vm), "/domain/resources/requests")
                .path("vgpu-steward.io/framebuffer-gib")
                .asText())
        .isEqualTo("30");
  }

  @Test
  void extender_keepsTheUsersResources() {
    ObjectNode vm =
        set(guest("annotated.yaml"), "/domain", "resources", yaml("{requests: {memory: 8Gi}}"));

    ObjectNode stored = cluster.extender("").create(vm);

    assertThat(spec(stored, "/domain/resources/requests/memory").asText()).isEqualTo("8Gi");
    ObjectNode released =
        cluster.update(stored, unannotate(stored.deepCopy(), "vgpu-steward.io/profile"));
    assertThat(spec(released, "/domain/resources")).isEqualTo(yaml("{requests: {memory: 8Gi}}"));
  }

  @Test
  void schedulerName_isInjectedWhereNobodyChoseOne() {
    assertThat(spec(cluster.extender("gpu").create("annotated.yaml"), "/schedulerName").asText())
        .isEqualTo("gpu");
  }

  @Test
  void schedulerName_ofTheUser_stays_andOutlivesTheRequest() {
    ObjectNode stored =
        cluster
            .extender("gpu")
            .create(set(guest("annotated.yaml"), "", "schedulerName", yaml("mine")));

    assertThat(spec(stored, "/schedulerName").asText()).isEqualTo("mine");
    assertThat(
            spec(
                    cluster.update(
                        stored, unannotate(stored.deepCopy(), "vgpu-steward.io/profile")),
                    "/schedulerName")
                .asText())
        .isEqualTo("mine");
  }

  @Test
  void schedulerName_ofTheInstancetype_isNotContradicted() {
    ObjectNode vm = guest("annotated.yaml");
    ((ObjectNode) vm.path("spec")).set("instancetype", yaml("{name: scheduled}"));
    cluster
        .extender("gpu")
        .instancetype(
            "",
            "scheduled",
            new Instancetype(List.of(), List.of(), false, false, Optional.of("types-own")));

    assertThat(spec(cluster.create(vm), "").has("schedulerName")).isFalse();
  }

  @Test
  void schedulerName_needsTheExtender() {
    assertThatThrownBy(() -> new InjectionSettings(Placement.AFFINITY, Optional.of("gpu")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("placement extender");
  }

  @Test
  void changedSettings_doNotMoveAGuestThatAsksForTheSame() {
    ObjectNode stored = cluster.affinity().create("annotated.yaml");
    ObjectNode edited = stored.deepCopy();
    set(edited, "/domain", "cpu", yaml("{cores: 4}"));

    cluster.extender("gpu").unchanged(edited, Optional.of(stored));
  }

  @Test
  void changedSettings_applyToAGuestThatAsksForAnother() {
    ObjectNode stored = cluster.affinity().create("annotated.yaml");
    ObjectNode edited = annotate(stored.deepCopy(), "vgpu-steward.io/profile", "L4-6Q");

    ObjectNode moved = cluster.extender("gpu").update(stored, edited);

    assertThat(spec(moved, "").has("affinity")).isFalse();
    assertThat(spec(moved, "/schedulerName").asText()).isEqualTo("gpu");
    assertThat(spec(moved, "/domain/devices/hostDevices"))
        .isEqualTo(yaml("[{name: vgpu0, deviceName: nvidia.com/L4-6Q}]"));
  }
}
