package io.vgpusteward.webhook.sweep;

import static io.vgpusteward.webhook.sweep.StoredGuests.manifest;
import static io.vgpusteward.webhook.sweep.StoredGuests.read;
import static io.vgpusteward.webhook.sweep.StoredGuests.view;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.injection.Placement;
import io.vgpusteward.webhook.injection.PlacementRelease;
import io.vgpusteward.webhook.sweep.Gap.Cause;
import io.vgpusteward.webhook.sweep.Gap.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GapFinderTest {
  private static final InjectionSettings AFFINITY = InjectionSettings.defaults();
  private static final InjectionSettings EXTENDER =
      new InjectionSettings(Placement.EXTENDER, Optional.empty());

  @ParameterizedTest
  @CsvSource({
    "annotated.yaml, 'DEVICES,PLACEMENT,LICENSE'",
    "listed-gpu.yaml, 'PLACEMENT,LICENSE'",
    "vgpu-smoke.yaml, 'PLACEMENT,LICENSE'",
    "bare-instance.yaml, 'DEVICES,PLACEMENT,LICENSE'"
  })
  void neverManaged_lacksWhatItsRequestNeeds(String file, String parts) {
    Gap gap = gap(manifest(file), AFFINITY).orElseThrow();

    assertThat(gap.cause()).isEqualTo(Cause.NEVER_MANAGED);
    assertThat(gap.lacks()).containsExactlyInAnyOrderElementsOf(parts(parts));
    assertThat(gap(manifest(file), EXTENDER).orElseThrow().lacks()).isEqualTo(gap.lacks());
  }

  @Test
  void noteSaysWhatIsLackingAndWhatToDo() {
    assertThat(gap(manifest("listed-gpu.yaml"), AFFINITY).orElseThrow().note())
        .startsWith("it asks for nvidia.com/L40S-24Q*1 and lacks placement on a node")
        .contains(" and the licence: it is older than vgpu-steward")
        .endsWith("have it managed by 'vgpu-steward adopt tenant-a/desktop'");
    assertThat(gap(manifest("bare-instance.yaml"), AFFINITY).orElseThrow().note())
        .endsWith("create it anew");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "annotated.yaml",
        "listed-gpu.yaml",
        "user-secret.yaml",
        "with-cloud-init.yaml",
        "vgpu-smoke.yaml",
        "bare-instance.yaml"
      })
  void managed_lacksNothing_evenWhenTheSettingsHaveChangedSince(String file) {
    ObjectNode stored = StoredGuests.managed(manifest(file), AFFINITY);

    assertThat(gap(stored, AFFINITY)).isEmpty();
    assertThat(gap(stored, EXTENDER)).isEmpty();
    assertThat(gap(StoredGuests.managed(manifest(file), EXTENDER), AFFINITY)).isEmpty();
  }

  @Test
  void released_lacksNothing_unlessItsOwnerHasOptedOut() {
    for (InjectionSettings settings : List.of(AFFINITY, EXTENDER)) {
      ObjectNode managed = StoredGuests.managed(manifest("annotated.yaml"), settings);
      ObjectNode released = PlacementRelease.of(managed).released().orElseThrow();

      assertThat(gap(released, settings)).isEmpty();
      assertThat(isReleased(released)).isTrue();
      assertThat(isReleased(managed)).isFalse();
      released.withObject("/metadata/labels").put("vgpu-steward.io/inject", "false");
      assertThat(isReleased(released)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.yaml", "passthrough.yaml"})
  void withoutAVgpu_lacksNothing(String file) {
    assertThat(gap(manifest(file), AFFINITY)).isEmpty();
  }

  static Stream<Arguments> edits() {
    return Stream.of(
        edit(
            Part.DEVICES,
            vm -> vm.withObject("/spec/template/spec/domain/devices").remove("hostDevices")),
        edit(Part.PLACEMENT, vm -> vm.withObject("/spec/template/spec").remove("affinity")),
        edit(Part.LICENSE, vm -> vm.withObject("/spec/template/spec").remove("volumes")));
  }

  private static Arguments edit(Part part, Consumer<ObjectNode> edit) {
    return Arguments.of(part, edit);
  }

  @ParameterizedTest
  @MethodSource("edits")
  void editedAroundUs_lacksWhatWasTakenOut(Part part, Consumer<ObjectNode> edit) {
    ObjectNode stored = StoredGuests.managed(manifest("annotated.yaml"), AFFINITY);
    edit.accept(stored);

    Gap gap = gap(stored, AFFINITY).orElseThrow();

    assertThat(gap.cause()).isEqualTo(Cause.EDITED);
    assertThat(gap.lacks()).containsExactly(part);
  }

  /** Nothing is added to an empty term, which matches no node: it would begin to match. */
  @Test
  void affinityThatMatchesNoNode_needsNoProfile() {
    ObjectNode stored = StoredGuests.managed(manifest("annotated.yaml"), AFFINITY);
    ObjectNode required =
        stored.withObject(
            "/spec/template/spec/affinity/nodeAffinity"
                + "/requiredDuringSchedulingIgnoredDuringExecution");
    required.putArray("nodeSelectorTerms").addObject();

    assertThat(gap(stored, AFFINITY)).isEmpty();

    required.putArray("nodeSelectorTerms");
    assertThat(gap(stored, AFFINITY).orElseThrow().lacks()).containsExactly(Part.PLACEMENT);
  }

  @Test
  void markerTakenOut_isPlacementThatLacks() {
    ObjectNode stored = StoredGuests.managed(manifest("annotated.yaml"), EXTENDER);
    stored.withObject("/spec/template/spec/domain").remove("resources");

    assertThat(gap(stored, EXTENDER).orElseThrow().lacks()).containsExactly(Part.PLACEMENT);
  }

  @Test
  void instancetypeGivenLater_asksOtherwise() {
    ObjectNode stored = StoredGuests.managed(manifest("annotated.yaml"), AFFINITY);
    stored.withObject("/spec/instancetype").put("name", "gpu");

    Gap gap = gap(stored, AFFINITY).orElseThrow();

    assertThat(gap.cause()).isEqualTo(Cause.ASKS_OTHERWISE);
    assertThat(gap.note())
        .contains("L40S-24Q*1 nvidia.com/L40S-24Q*1, and what was injected is for L40S-24Q*1");
  }

  @Test
  void instancetypeOfAGuestWithoutARequest_isOneThatWasNeverManaged() {
    ObjectNode stored = manifest("plain.yaml");
    stored.withObject("/spec/instancetype").put("name", "gpu");

    assertThat(gap(stored, AFFINITY).orElseThrow().lacks())
        .containsExactlyInAnyOrder(Part.PLACEMENT, Part.LICENSE);
  }

  @Test
  void annotationThatCannotBeUnderstood_isSaid() {
    ObjectNode stored = manifest("annotated.yaml");
    stored.withObject("/metadata/annotations").put("vgpu-steward.io/profile", "L40S");

    Gap gap = gap(stored, AFFINITY).orElseThrow();

    assertThat(gap.cause()).isEqualTo(Cause.UNREADABLE);
    assertThat(gap.note()).contains("metadata.annotations[vgpu-steward.io/profile]");
  }

  static Stream<Arguments> leftAlone() {
    return Stream.of(
        edit(vm -> vm.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z")),
        edit(vm -> vm.withObject("/metadata/labels").put("vgpu-steward.io/inject", "false")),
        edit(vm -> vm.withObject("/metadata/labels").put("cluster.x-k8s.io/cluster-name", "c")));
  }

  private static Arguments edit(Consumer<ObjectNode> edit) {
    return Arguments.of(edit);
  }

  @ParameterizedTest
  @MethodSource("leftAlone")
  void guestThatIsLeftAlone_hasNoGap(Consumer<ObjectNode> edit) {
    ObjectNode stored = manifest("listed-gpu.yaml");
    edit.accept(stored);

    assertThat(gap(stored, AFFINITY)).isEmpty();
  }

  @Test
  void namespaceThatOptedOut_hasNoGap() {
    Map<String, Map<String, String>> labels =
        Map.of(StoredGuests.NAMESPACE, Map.of("vgpu-steward.io/inject", "false"));

    assertThat(new GapFinder(AFFINITY).gap(read(manifest("listed-gpu.yaml")), view(labels)))
        .isEmpty();
  }

  @Test
  void instanceOfAVirtualMachine_hasNoGapOfItsOwn() {
    ObjectNode instance = manifest("bare-instance.yaml");
    instance
        .withObject("/metadata")
        .withArray("ownerReferences")
        .addObject()
        .put("kind", "VirtualMachine")
        .put("name", "its-machine")
        .put("controller", true);

    assertThat(gap(instance, AFFINITY)).isEmpty();
  }

  private static boolean isReleased(ObjectNode stored) {
    return GapFinder.isReleased(read(stored), view());
  }

  private static Optional<Gap> gap(ObjectNode stored, InjectionSettings settings) {
    return new GapFinder(settings).gap(read(stored), view());
  }

  private static Set<Part> parts(String names) {
    return Stream.of(names.split(",")).map(Part::valueOf).collect(Collectors.toSet());
  }
}
