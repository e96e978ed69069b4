package io.vgpusteward.webhook.license;

import static io.vgpusteward.webhook.license.Scene.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Secret goes when neither a guest nor a running instance uses it, and not before. */
class SecretDeletionTest {
  private final Scene scene = new Scene();
  private final String token = Tokens.named("first");
  private final Guest vm = Guests.vm("one").guest();
  private final Guest instance = Guests.instanceOf(vm).guest();

  @BeforeEach
  void write() {
    scene.license("team", token);
    scene.cluster.apply(vm);
    scene.awaitToken(vm, token);
    scene.settle();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private void awaitGone() {
    await().untilAsserted(() -> assertThat(scene.secret(vm)).isEmpty());
  }

  @Test
  void guestGone_takesItsSecretWithIt() {
    scene.cluster.remove(vm.key());

    awaitGone();
    await().until(() -> scene.written("deleted") == 1);
  }

  @Test
  void orphanedInstance_keepsTheSecret_untilItFinishes() {
    scene.cluster.apply(instance);
    scene.passes(1, () -> scene.cluster.remove(vm.key()));
    assertThat(scene.secret(vm)).isPresent();

    scene.cluster.apply(Guests.instanceOf(vm).finished().guest());

    awaitGone();
    assertThat(scene.reasons(instance)).isEmpty();
  }

  @Test
  void requestTakenBack_whileTheInstanceRuns_keepsTheSecret() {
    scene.cluster.apply(instance);
    scene.passes(
        1, () -> scene.cluster.apply(Guests.vm("one").pointingAt(Optional.empty()).guest()));
    assertThat(scene.secret(vm)).isPresent();

    scene.cluster.remove(instance.key());

    awaitGone();
  }

  @Test
  void requestTakenBack_whileNobodyLed_isMadeUpFor() {
    scene.controller.close();
    scene.cluster.apply(Guests.vm("one").pointingAt(Optional.of("my-own")).guest());

    scene.restart();

    awaitGone();
  }

  @Test
  void guestBeingDeleted_stillUsesItsSecret_andIsLeftAlone() {
    scene.cluster.apply(Guests.vm("one").deleting().guest());
    scene.passes(1, () -> scene.license("team", Tokens.named("second")));

    assertThat(scene.token(vm)).isEqualTo(token);
  }

  @Test
  void foreignSecret_staysForEver() {
    SecretObject stored = scene.secret(vm).orElseThrow();
    scene.cluster.put("team", stored.name(), Map.of(), stored.data());

    scene.passes(1, () -> scene.cluster.remove(vm.key()));

    assertThat(scene.secret(vm)).isPresent();
  }

  @Test
  void incompleteView_deletesNothing() {
    scene.cluster.missing(List.of("VirtualMachineInstances"));
    scene.passes(1, () -> scene.cluster.remove(vm.key()));
    assertThat(scene.secret(vm)).isPresent();

    scene.cluster.missing(List.of());

    awaitGone();
  }

  @Test
  void editBeforeTheDeletion_isSeen() {
    AtomicBoolean done = new AtomicBoolean();
    scene.cluster.gate((verb, secret) -> {
      if (verb.equals("delete") && done.compareAndSet(false, true)) {
        scene.cluster.put("team", secret, Map.of(), Map.of("userdata", bytes("mine now")));
      }
    });

    scene.passes(2, () -> scene.cluster.remove(vm.key()));

    assertThat(scene.content(vm)).isEqualTo("mine now");
    assertThat(scene.written("conflict")).isEqualTo(1);
  }

  @Test
  void guestThatAppearsBeforeTheDeletion_keepsItsSecret() {
    Guest anew = Guests.vm("one").with(Keys.COUNT, "1").guest();
    AtomicBoolean done = new AtomicBoolean();
    scene.cluster.gate((verb, secret) -> {
      if (verb.equals("get") && done.compareAndSet(false, true)) {
        scene.cluster.apply(anew);
      }
    });
    String uid = scene.secret(vm).orElseThrow().uid();

    scene.passes(2, () -> scene.cluster.remove(vm.key()));

    assertThat(scene.secret(vm).orElseThrow().uid()).isEqualTo(uid);
  }
}
