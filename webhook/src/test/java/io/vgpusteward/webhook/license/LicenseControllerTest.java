package io.vgpusteward.webhook.license;

import static io.vgpusteward.webhook.license.Scene.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.webhook.guest.SecretNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a guest's Secret holds, by licence and user data. */
class LicenseControllerTest {
  private static final String CONFIG = "#cloud-config\nhostname: one\n";

  private final Scene scene = new Scene();
  private final String token = Tokens.named("first");

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void newGuest_withLicenseInItsNamespace_getsItsSecret() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").with(Keys.USER_DATA, CONFIG).guest();

    scene.cluster.apply(vm);

    scene.awaitToken(vm, token);
    SecretObject secret = scene.secret(vm).orElseThrow();
    assertThat(secret.name()).isEqualTo("vgpu-steward-user-data-one");
    assertThat(secret.labels()).containsExactly(Map.entry(Keys.MANAGED_BY, Keys.STEWARD));
    assertThat(secret.owners())
        .containsExactly(
            new SecretObject.Owner("kubevirt.io/v1", "VirtualMachine", "one", "uid-of-one"));
    assertThat(secret.data()).containsOnlyKeys("userdata");
    assertThat(scene.content(vm)).contains(CONFIG);
    assertThat(Tokens.inGuest(scene.content(vm), "gridd.conf")).isEqualTo("FeatureType=1\n");
    scene.awaitEvent(vm, "LicenseInjected");
    assertThat(scene.reasons(vm)).containsExactly("LicenseInjected");
  }

  @Test
  void newGuest_withoutLicenseInItsNamespace_getsTheDefault() {
    scene.license("vgpu-system", token);
    Guest vm = Guests.vm("one").guest();

    scene.cluster.apply(vm);

    scene.awaitToken(vm, token);
  }

  @Test
  void workstation_getsTheFeatureTypeOfAPassedThroughGpu() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").with(Keys.INJECTED, Guests.WORKSTATION).guest();

    scene.cluster.apply(vm);

    scene.awaitToken(vm, token);
    assertThat(Tokens.inGuest(scene.content(vm), "gridd.conf")).isEqualTo("FeatureType=2\n");
  }

  @Test
  void griddConf_inTheLicense_isTakenAsItIs() {
    scene.licenseData(
        "team",
        Map.of("any.tok", bytes(token), "gridd.conf", bytes("FeatureType=4\nEnableUI=FALSE\n")));
    Guest vm = Guests.vm("one").guest();

    scene.cluster.apply(vm);

    scene.awaitToken(vm, token);
    assertThat(Tokens.inGuest(scene.content(vm), "gridd.conf"))
        .isEqualTo("FeatureType=4\nEnableUI=FALSE\n");
  }

  @Test
  void guestWithoutLicense_holdsTheUsersDataByteForByte() {
    Guest vm =
        Guests.vm("one")
            .with(Keys.INJECTED, Guests.NO_LICENSE)
            .with(Keys.USER_DATA, CONFIG)
            .guest();

    scene.cluster.apply(vm);

    await().untilAsserted(() -> assertThat(scene.content(vm)).isEqualTo(CONFIG));
    assertThat(scene.reasons(vm)).isEmpty();
  }

  @Test
  void request_takenBack_leavesTheUsersDataAlone() {
    scene.license("team", token);
    Guests vm = Guests.vm("one").with(Keys.USER_DATA, CONFIG);
    scene.cluster.apply(vm.guest());
    scene.awaitToken(vm.guest(), token);

    scene.cluster.apply(vm.with(Keys.INJECTED, Guests.NO_LICENSE).guest());

    await().untilAsserted(() -> assertThat(scene.content(vm.guest())).isEqualTo(CONFIG));
  }

  @Test
  void license_renewed_reachesEveryGuestOfTheNamespaceAndNoOther() {
    scene.license("team", token);
    scene.license("vgpu-system", Tokens.named("default"));
    Guest one = Guests.vm("one").guest();
    Guest two = Guests.vm("two").guest();
    Guest other = Guests.vm("elsewhere", "three").guest();
    scene.cluster.applyAll(List.of(one, two, other));
    scene.awaitToken(one, token);
    scene.awaitToken(two, token);
    scene.awaitToken(other, Tokens.named("default"));

    scene.license("team", Tokens.named("second"));

    scene.awaitToken(one, Tokens.named("second"));
    scene.awaitToken(two, Tokens.named("second"));
    assertThat(scene.token(other)).isEqualTo(Tokens.named("default"));
    await()
        .untilAsserted(() ->
            assertThat(scene.reasons(one)).containsExactly("LicenseInjected", "LicenseInjected"));
    assertThat(scene.reasons(other)).containsExactly("LicenseInjected");
  }

  @Test
  void defaultLicense_renewed_reachesNamespacesWithoutOneOfTheirOwn() {
    scene.license("team", token);
    scene.license("vgpu-system", Tokens.named("default"));
    Guest own = Guests.vm("one").guest();
    Guest other = Guests.vm("elsewhere", "two").guest();
    scene.cluster.applyAll(List.of(own, other));
    scene.awaitToken(own, token);
    scene.awaitToken(other, Tokens.named("default"));

    scene.license("vgpu-system", Tokens.named("second"));

    scene.awaitToken(other, Tokens.named("second"));
    assertThat(scene.token(own)).isEqualTo(token);
  }

  @Test
  void ownLicense_added_replacesTheDefault_andGone_givesItBack() {
    scene.license("vgpu-system", Tokens.named("default"));
    Guest vm = Guests.vm("one").guest();
    scene.cluster.apply(vm);
    scene.awaitToken(vm, Tokens.named("default"));

    scene.license("team", token);
    scene.awaitToken(vm, token);

    scene.cluster.drop("team", Keys.LICENSE_SECRET);
    scene.awaitToken(vm, Tokens.named("default"));
  }

  @Test
  void userData_edited_isComposedAnew() {
    scene.license("team", token);
    Guests vm = Guests.vm("one").with(Keys.USER_DATA, CONFIG);
    scene.cluster.apply(vm.guest());
    scene.awaitToken(vm.guest(), token);

    scene.cluster.apply(vm.with(Keys.USER_DATA, "#!/bin/sh\necho edited\n").guest());

    scene.awaitContent(vm.guest(), "echo edited");
    assertThat(scene.token(vm.guest())).isEqualTo(token);
    assertThat(scene.reasons(vm.guest())).containsExactly("LicenseInjected");
  }

  @Test
  void configDrive_changedContent_saysThatCloudInitTrustsItsCache() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").onConfigDrive().guest();
    scene.cluster.apply(vm);
    scene.awaitToken(vm, token);
    assertThat(scene.reasons(vm)).doesNotContain("ConfigDriveCached");

    scene.license("team", Tokens.named("second"));

    scene.awaitEvent(vm, "ConfigDriveCached");
    scene.passes(1, () -> scene.license("team", Tokens.named("second")));
    assertThat(scene.reasons(vm)).containsOnlyOnce("ConfigDriveCached");
  }

  @Test
  void bareInstance_ownsItsSecret() {
    scene.license("team", token);
    String name = Keys.GUEST_SECRET_PREFIX + "0b7c6a52-34f1-4b1e-9d0e-1f2f3a4b5c6d";
    Guest instance = Guests.bareInstance("set-x7k2p", name).guest();

    scene.cluster.apply(instance);

    scene.awaitToken(instance, token);
    assertThat(scene.secret(instance).orElseThrow().owners())
        .containsExactly(
            new SecretObject.Owner(
                "kubevirt.io/v1", "VirtualMachineInstance", "set-x7k2p", "uid-of-set-x7k2p"));
  }

  @Test
  void guestWithALongName_getsASecretOfTheHashedName() {
    scene.license("team", token);
    Guest vm = Guests.vm("a".repeat(240)).guest();
    assertThat(vm.userDataSecret().orElseThrow()).hasSizeLessThanOrEqualTo(253);

    scene.cluster.apply(vm);

    scene.awaitToken(vm, token);
  }

  @Test
  void copyOfAGeneratedGuest_leavesTheSecretToItsOwner() {
    scene.license("team", token);
    String name = Keys.GUEST_SECRET_PREFIX + "0b7c6a52-34f1-4b1e-9d0e-1f2f3a4b5c6d";
    Guest owner = Guests.vm("x-2").generated().pointingAt(Optional.of(name)).guest();
    Guest copy = Guests.vm("x-1").generated().pointingAt(Optional.of(name)).guest();
    scene.cluster.apply(owner);
    scene.awaitToken(owner, token);

    scene.cluster.apply(copy);

    scene.awaitEvent(copy, "SecretOfAnother");
    assertThat(scene.secret(owner).orElseThrow().owners())
        .extracting(SecretObject.Owner::name)
        .containsExactly("x-2");
    assertThat(scene.reasons(owner)).containsExactly("LicenseInjected");
  }

  @Test
  void copiedManifest_isToldItsOwnName() {
    scene.license("team", token);
    Guest owner = Guests.vm("one").guest();
    Guest copy = Guests.vm("two").pointingAt(owner.userDataSecret()).guest();
    scene.cluster.applyAll(List.of(owner, copy));

    scene.awaitToken(owner, token);
    scene.awaitEvent(copy, "SecretOfAnother");
    assertThat(scene.note(copy, "SecretOfAnother")).contains(SecretNames.forGuest("two"));
    assertThat(scene.secret(owner).orElseThrow().owners())
        .extracting(SecretObject.Owner::name)
        .containsExactly("one");
  }

  @Test
  void instanceOfAVirtualMachine_isNoSecondClaimant() {
    scene.license("team", token);
    Guest vm = Guests.vm("one").guest();
    Guest instance = Guests.instanceOf(vm).guest();

    scene.cluster.applyAll(List.of(vm, instance));

    scene.awaitToken(vm, token);
    assertThat(instance.key().kind()).isEqualTo(GuestKey.Kind.VirtualMachineInstance);
    assertThat(scene.reasons(instance)).isEmpty();
  }

  @Test
  void guestOfNobodysConcern_costsNothing() {
    Guest vm = Guests.vm("one").without(Keys.INJECTED).pointingAt(Optional.of("my-own")).guest();
    Guest ours = Guests.vm("two").guest();
    scene.license("team", token);

    scene.cluster.applyAll(List.of(vm, ours));

    scene.awaitToken(ours, token);
    assertThat(scene.cluster.calls()).noneMatch(call -> call.contains("my-own"));
    assertThat(scene.cluster.calls()).noneMatch(call -> call.endsWith("-one"));
  }
}
