package io.vgpusteward.server.adopt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Guests;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.webhook.injection.GuestMutation;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.injection.PlacementRelease;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import io.vgpusteward.webhook.sweep.GapFinder;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdoptionTest {
  private static final GuestKey KEY =
      new GuestKey(GuestKey.Kind.VirtualMachine, "tenant-a", "older");

  private final List<String> patches = new ArrayList<>();
  private boolean webhookAnswers = true;

  @Test
  void webhookThatAnswers_leavesItManaged() {
    ObjectNode vm = vm("volumes: [{name: c, cloudInitNoCloud: {userData: '#cloud-config'}}]");

    assertThat(adopt(vm)).isEqualTo(new Adoption.Outcome(true, "managed"));
    assertThat(patches).containsExactly("vgpu-steward.io/adopt=true");
  }

  @Test
  void runningOne_isManagedFromItsNextStartOn() {
    ObjectNode vm = vm("volumes: [{name: c, cloudInitNoCloud: {userData: '#cloud-config'}}]");
    vm.withObject("/status").put("created", true);

    assertThat(adopt(vm).text()).isEqualTo("managed from its next start on");
  }

  @Test
  void guestWithoutCloudInit_isPlaced_andItsOwnerLearnsHowToHaveTheLicence() {
    Adoption.Outcome outcome = adopt(vm("volumes: []"));

    assertThat(outcome.good()).isTrue();
    assertThat(outcome.text())
        .startsWith("managed; it has no licence")
        .contains("vgpu-steward.io/license: \"true\"");
  }

  @Test
  void webhookThatDoesNotAnswer_leavesNoAnnotationBehind() {
    webhookAnswers = false;

    Adoption.Outcome outcome = adopt(vm("volumes: []"));

    assertThat(outcome.good()).isFalse();
    assertThat(outcome.text()).startsWith("the webhook of vgpu-steward did not answer");
    assertThat(patches)
        .containsExactly("vgpu-steward.io/adopt=true", "vgpu-steward.io/adopt is taken out");
  }

  @Test
  void refusal_isPassedOn() {
    ClusterView view = view(read(vm("volumes: []")));
    Adoption adoption =
        new Adoption(
            (guest, annotation, value) -> {
              throw new ClusterException("HTTP 403: not yours");
            },
            view,
            new GapFinder(InjectionSettings.defaults()));

    assertThat(adoption.adopt(KEY)).isEqualTo(new Adoption.Outcome(false, "HTTP 403: not yours"));
  }

  @Test
  void guestThatLacksNothing_andOneThatIsNotThere_areNotTouched() {
    ObjectNode plain = vm("volumes: []");
    plain.withObject("/spec/template/spec/domain").remove("devices");
    Adoption adoption = adoption(plain);

    assertThat(adoption.adopt(KEY)).isEqualTo(new Adoption.Outcome(true, "lacks nothing"));
    assertThat(adoption.preview(KEY).good()).isTrue();
    GuestKey other = new GuestKey(GuestKey.Kind.VirtualMachine, "tenant-a", "other");
    assertThat(adoption.adopt(other).text()).isEqualTo("there is no such virtual machine");
    assertThat(adoption.preview(other).good()).isFalse();
    assertThat(patches).isEmpty();
  }

  @Test
  void preview_saysWhatIsLacking_andTouchesNothing() {
    assertThat(adoption(vm("volumes: []")).preview(KEY).text())
        .contains("lacks placement")
        .contains("the licence");
    assertThat(patches).isEmpty();
  }

  @Test
  void releasedGuest_isPlacedAgain() {
    ObjectNode vm = vm("volumes: [{name: c, cloudInitNoCloud: {userData: '#cloud-config'}}]");
    ObjectNode managed = vm.deepCopy();
    managed.withObject("/metadata/annotations").put(Keys.ADOPT, "true");
    ObjectNode released =
        PlacementRelease.of(mutated(managed, vm, view(read(vm)))).released().orElseThrow();
    Adoption adoption = adoption(released);

    assertThat(adoption.preview(KEY))
        .isEqualTo(
            new Adoption.Outcome(false, "its placement was taken out by 'vgpu-steward release'"));
    assertThat(adoption.adopt(KEY)).isEqualTo(new Adoption.Outcome(true, "managed"));
    assertThat(patches).containsExactly("vgpu-steward.io/adopt=true");
  }

  private Adoption.Outcome adopt(ObjectNode vm) {
    return adoption(vm).adopt(KEY);
  }

  private Adoption adoption(ObjectNode vm) {
    ClusterView view = view(read(vm));
    return new Adoption(
        (guest, annotation, value) -> annotated(vm, annotation, value, view),
        view,
        new GapFinder(InjectionSettings.defaults()));
  }

  /** What an API server makes of the patch, with the mutation behind it or without. */
  private Guest annotated(
      ObjectNode vm, String annotation, Optional<String> value, ClusterView view) {
    patches.add(annotation + value.map(v -> "=" + v).orElse(" is taken out"));
    ObjectNode next = vm.deepCopy();
    value.ifPresent(v -> next.withObject("/metadata/annotations").put(annotation, v));
    if (!webhookAnswers) {
      return read(next);
    }
    ObjectNode stored = mutated(next, vm, view);
    assertThat(stored.at("/metadata/annotations").has(Keys.ADOPT)).isFalse();
    return read(stored);
  }

  private static ObjectNode mutated(ObjectNode next, ObjectNode old, ClusterView view) {
    Decision decision =
        new GuestMutation(InjectionSettings.defaults())
            .decide(
                Review.ofUpdate(
                    "uid", ReviewedKind.VIRTUAL_MACHINE, "tenant-a", next, old, Requester.UNKNOWN),
                view);
    return ((Decision.Admitted) decision).object();
  }

  private static ClusterView view(Guest guest) {
    return ClusterView.builder(Instant.EPOCH)
        .missing(List.of())
        .guests(new Guests(Map.of(guest.key(), guest)))
        .build();
  }

  private static Guest read(ObjectNode vm) {
    return ObjectReader.virtualMachine(vm, problem -> {});
  }

  private static ObjectNode vm(String volumes) {
    String text =
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: older, namespace: tenant-a, uid: u}
        spec:
          template:
            spec:
              domain: {devices: {gpus: [{name: g, deviceName: nvidia.com/L40S-24Q}]}}
              %s
        """
            .formatted(volumes);
    return Manifests.read("vm.yaml", new ByteArrayInputStream(text.getBytes(UTF_8)))
        .getFirst()
        .object();
  }
}
