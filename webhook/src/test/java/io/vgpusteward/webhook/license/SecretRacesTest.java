package io.vgpusteward.webhook.license;

import static io.vgpusteward.webhook.license.Scene.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Others write at the same time, processes end halfway, calls fail or hang. */
class SecretRacesTest {
  private Scene scene = new Scene();
  private final String token = Tokens.named("first");
  private final String second = Tokens.named("second");
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void close() {
    gate.countDown();
    scene.close();
  }

  private Guest written(String name) {
    scene.license("team", token);
    Guest vm = Guests.vm(name).guest();
    scene.cluster.apply(vm);
    scene.awaitToken(vm, token);
    scene.settle();
    return vm;
  }

  /** Does it once, when the next call of that verb is about to reach the cluster. */
  private void before(String verb, Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    scene.cluster.gate((called, secret) -> {
      if (called.equals(verb) && done.compareAndSet(false, true)) {
        action.run();
      }
    });
  }

  private void edit(Guest vm, Map<String, String> labels) {
    SecretObject stored = scene.secret(vm).orElseThrow();
    scene.cluster.put("team", stored.name(), labels, Map.of("userdata", bytes("edited")));
  }

  @Test
  void editBetweenReadAndWrite_isSeenAndReplaced() {
    Guest vm = written("one");
    before("replace", () -> edit(vm, Map.of(Keys.MANAGED_BY, Keys.STEWARD, "team", "a")));

    scene.license("team", second);

    scene.awaitToken(vm, second);
    assertThat(scene.secret(vm).orElseThrow().labels()).containsEntry("team", "a");
  }

  @Test
  void labelTakenBetweenReadAndWrite_isRespected() {
    Guest vm = written("one");
    before("replace", () -> edit(vm, Map.of()));

    scene.license("team", second);

    scene.awaitEvent(vm, "SecretNotOurs");
    assertThat(scene.content(vm)).isEqualTo("edited");
  }

  @Test
  void deletedBetweenReadAndWrite_isCreatedAnew() {
    Guest vm = written("one");
    before("replace", () -> scene.cluster.drop("team", vm.userDataSecret().orElseThrow()));

    scene.license("team", second);

    scene.awaitToken(vm, second);
    assertThat(scene.written("created")).isEqualTo(2);
  }

  @Test
  void createdBetweenReadAndWrite_byAStranger_isRespected() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    before(
        "create",
        () ->
            scene.cluster.put(
                "team",
                vm.userDataSecret().orElseThrow(),
                Map.of(),
                Map.of("userdata", bytes("foreign"))));

    scene.cluster.apply(vm);

    scene.awaitEvent(vm, "SecretNotOurs");
    assertThat(scene.content(vm)).isEqualTo("foreign");
    assertThat(scene.written("conflict")).isEqualTo(1);
  }

  @Test
  void editBySomebody_isUndoneAtTheNextLook() {
    scene.close();
    scene =
        new Scene(
            new LicenseController.Settings(
                "vgpu-system", Duration.ofHours(1), Duration.ofMillis(50), Scene.FAST));
    Guest vm = written("one");

    scene.cluster.put(
        "team",
        vm.userDataSecret().orElseThrow(),
        Map.of(Keys.MANAGED_BY, Keys.STEWARD),
        Map.of("userdata", bytes("edited"), "userData", bytes("added")));

    scene.awaitToken(vm, token);
    assertThat(scene.secret(vm).orElseThrow().data()).containsOnlyKeys("userdata");

    scene.cluster.drop("team", vm.userDataSecret().orElseThrow());
    scene.awaitToken(vm, token);
  }

  @Test
  void processThatEndsAfterItsWrite_isFollowedByOneThatWritesNothing() {
    Guest vm = written("one");
    String version = scene.secret(vm).orElseThrow().resourceVersion();

    scene.restart();

    await().until(() -> scene.passes() >= 1);
    assertThat(scene.secret(vm).orElseThrow().resourceVersion()).isEqualTo(version);
    assertThat(scene.reasons(vm)).containsExactly("LicenseInjected");

    scene.license("team", second);
    scene.awaitToken(vm, second);
  }

  @Test
  void processThatEndsBeforeItsWrite_isFollowedByOneThatWrites() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    CountDownLatch reached = new CountDownLatch(1);
    before(
        "create",
        () -> {
          reached.countDown();
          hang();
        });
    scene.cluster.apply(vm);
    await().until(() -> reached.getCount() == 0);

    scene.restart();

    scene.awaitToken(vm, token);
  }

  @Test
  void changesWhileNobodyLed_areMadeUpFor() {
    Guest kept = written("kept");
    Guest gone = written("gone");
    scene.controller.close();
    scene.license("team", second);
    Guest added = Guests.vm("added").guest();
    scene.cluster.apply(added);

    scene.restart();

    scene.awaitToken(kept, second);
    scene.awaitToken(gone, second);
    scene.awaitToken(added, second);
  }

  @Test
  void failingGuest_doesNotHoldOthersUp() {
    scene.license("team", token);
    Guest bad = Guests.vm("bad").guest();
    scene.cluster.gate((verb, secret) -> {
      if (secret.endsWith("-bad")) {
        throw new ClusterException("refused");
      }
    });
    List<Guest> others =
        IntStream.range(0, 50).mapToObj(i -> Guests.vm("vm-" + i).guest()).toList();

    scene.cluster.apply(bad);
    scene.cluster.applyAll(others);

    await().until(() -> others.stream().allMatch(vm -> scene.token(vm).equals(token)));
    assertThat(scene.secret(bad)).isEmpty();
  }

  @Test
  void hangingCalls_doNotHoldOthersUp() {
    scene.license("team", token);
    scene.cluster.gate((verb, secret) -> {
      if (secret.contains("-hangs-")) {
        hang();
      }
    });
    List<Guest> hanging =
        IntStream.range(0, 10).mapToObj(i -> Guests.vm("hangs-" + i).guest()).toList();
    Guest other = Guests.vm("other").guest();

    scene.cluster.applyAll(hanging);
    scene.cluster.apply(other);

    scene.awaitToken(other, token);
    await().until(() -> scene.gauge("vgpu_steward_license_queue_hanging") == 10);
    gate.countDown();
    await().until(() -> hanging.stream().allMatch(vm -> scene.token(vm).equals(token)));
  }

  @Test
  void twoControllers_oneLeads_andTheOtherTakesOver() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (LicenseController heir =
        LicenseController.start(scene.cluster, Scene.SETTINGS, meters, InstantSource.system())) {
      Guest vm = written("one");
      assertThat(meters.get("vgpu_steward_license_reconcile").timer().count()).isZero();

      scene.controller.close();
      scene.license("team", second);

      scene.awaitToken(vm, second);
      assertThat(meters.get("vgpu_steward_license_reconcile").timer().count()).isPositive();
      assertThat(heir).isNotNull();
    }
  }

  @Test
  void leaseLost_endsTheWork() {
    Guest vm = written("one");
    scene.cluster.depose(LicenseController.LEASE);
    long passes = scene.passes();
    scene.cluster.forgetCalls();

    scene.license("team", second);
    Guest unseen = Guests.vm("two").guest();
    scene.cluster.apply(unseen);
    scene.restart();
    scene.awaitToken(vm, second);

    assertThat(passes).isPositive();
    // One look each by the successor: the deposed one did nothing.
    assertThat(scene.cluster.calls().stream().filter(call -> call.startsWith("get"))).hasSize(2);
  }

  @Test
  void close_isRepeatable_andNothingIsDoneAfterwards() {
    Guest vm = written("one");
    scene.controller.close();
    scene.controller.close();
    scene.cluster.forgetCalls();

    scene.license("team", second);
    scene.cluster.apply(Guests.vm("two").guest());

    await()
        .during(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(scene.cluster.calls()).isEmpty());
    assertThat(scene.token(vm)).isEqualTo(token);
  }

  private void hang() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new ClusterException("interrupted", e);
    }
  }
}
