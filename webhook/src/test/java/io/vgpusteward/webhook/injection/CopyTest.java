package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.annotation;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.set;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.unannotate;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.review.Decision;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that come from others: clones, restored snapshots, copied manifests, generated names. */
class CopyTest {
  private final Fixture cluster = new Fixture();

  @Test
  void clone_getsASecretOfItsOwn() {
    ObjectNode clone = cluster.create("with-cloud-init.yaml").deepCopy();
    ((ObjectNode) clone.path("metadata")).put("name", "copy");

    ObjectNode stored = cluster.create(clone);

    assertThat(spec(stored, "/volumes/1/cloudInitNoCloud/secretRef/name").asText())
        .isEqualTo("vgpu-steward-user-data-copy");
    assertThat(annotation(stored, "vgpu-steward.io/user-data")).startsWith("#cloud-config");
  }

  @Test
  void cloneWithoutOurAnnotations_isRefusedWithTheCure() {
    ObjectNode clone = cluster.create("with-cloud-init.yaml").deepCopy();
    ((ObjectNode) clone.path("metadata")).put("name", "copy").remove("annotations");

    Decision.Denied denied = cluster.denied(clone);

    assertThat(denied.code()).isEqualTo(422);
    assertThat(denied.message())
        .startsWith("spec.template.spec.volumes[1].cloudInitNoCloud.secretRef: ")
        .contains("annotationFilters");
  }

  @Test
  void cloneThatLostOnlyTheUsersData_isRefused() {
    ObjectNode clone = cluster.create("with-cloud-init.yaml").deepCopy();
    ((ObjectNode) clone.path("metadata")).put("name", "copy");
    unannotate(clone, "vgpu-steward.io/user-data");

    assertThat(cluster.denied(clone).message()).contains("annotations that go with it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"with-cloud-init.yaml", "user-secret.yaml"})
  void snapshotRestoredAfterTheRequestWasWithdrawn_keepsTheUserDataOfToday(String file) {
    ObjectNode managed = cluster.create(file);
    ObjectNode today =
        cluster.update(managed, unannotate(managed.deepCopy(), "vgpu-steward.io/profile"));
    ObjectNode restored = today.deepCopy();
    restored.set("spec", managed.path("spec").deepCopy());

    ObjectNode stored = cluster.update(today, restored);

    assertThat(annotation(stored, "vgpu-steward.io/user-data"))
        .isEqualTo(annotation(managed, "vgpu-steward.io/user-data"));
    assertThat(annotation(stored, "vgpu-steward.io/user-data-secret"))
        .isEqualTo(annotation(managed, "vgpu-steward.io/user-data-secret"));
    ObjectNode withoutDevice = restored.deepCopy();
    ((ObjectNode) spec(withoutDevice, "/domain/devices")).remove("hostDevices");
    assertThat(spec(cluster.update(today, withoutDevice), "/volumes"))
        .isEqualTo(spec(today, "/volumes"));
  }

  @Test
  void generateName_takesTheReviewsUid_keepsItInASecondPass_andIsNotSharedByACopy() {
    ObjectNode vm = guest("annotated.yaml");
    ObjectNode metadata = (ObjectNode) vm.path("metadata");
    metadata.remove("name");
    metadata.put("generateName", "desktop-");

    ObjectNode stored = cluster.uid("uid-1").create(vm);
    String secret = "vgpu-steward-user-data-uid-1";
    assertThat(spec(stored, "/volumes/1/cloudInitNoCloud/secretRef/name").asText())
        .isEqualTo(secret);
    assertThat(cluster.uid("uid-2").create(stored)).as("a second pass").isEqualTo(stored);

    ObjectNode copy = cluster.guestWithSecret("desktop-x7k2p", secret).uid("uid-3").create(stored);
    assertThat(spec(copy, "/volumes/1/cloudInitNoCloud/secretRef/name").asText())
        .isEqualTo("vgpu-steward-user-data-uid-3");

    ObjectNode named = stored.deepCopy();
    ((ObjectNode) named.path("metadata")).put("name", "desktop-x7k2p");
    ObjectNode edited = set(named.deepCopy(), "/domain", "cpu", yaml("{cores: 4}"));
    cluster.unchanged(edited, Optional.of(named));
  }

  @Test
  void recordThatIsNone_isRefusedOnCreate() {
    ObjectNode vm = annotate(guest("annotated.yaml"), "vgpu-steward.io/injected", "{}");

    assertThat(cluster.denied(vm).message())
        .startsWith("metadata.annotations[vgpu-steward.io/injected]: ");
  }
}
