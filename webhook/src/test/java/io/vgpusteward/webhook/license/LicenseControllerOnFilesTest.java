package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.webhook.guest.SecretNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main cases once more, on a folder of YAML files. */
class LicenseControllerOnFilesTest {
  private static final LicenseController.Settings SETTINGS =
      new LicenseController.Settings(
          "vgpu-system", Duration.ofMillis(100), Duration.ofMillis(100), Scene.FAST);

  @TempDir Path folder;
  private @Nullable Running running;

  private record Running(FileCluster cluster, LicenseController controller)
      implements AutoCloseable {
    static Running on(Path folder) {
      FileCluster cluster = FileCluster.open(folder, Duration.ofMillis(20), InstantSource.system());
      return new Running(
          cluster,
          LicenseController.start(
              cluster, SETTINGS, new SimpleMeterRegistry(), InstantSource.system()));
    }

    @Override
    public void close() {
      controller.close();
      cluster.close();
    }
  }

  @BeforeEach
  void files() throws IOException {
    license("first");
    vm("one", "#cloud-config\\nhostname: one\\n");
    running = Running.on(folder);
  }

  @AfterEach
  void close() {
    if (running != null) {
      running.close();
    }
  }

  private void write(String file, String yaml) throws IOException {
    Files.writeString(folder.resolve(file), yaml);
  }

  private void license(String name) throws IOException {
    secret("license.yaml", Keys.LICENSE_SECRET, LicenseSecret.TOKEN_KEY, Tokens.named(name) + "\n");
  }

  private void secret(String file, String name, String key, String content) throws IOException {
    write(
        file,
        """
        apiVersion: v1
        kind: Secret
        metadata: {namespace: team, name: %s}
        data: {%s: %s}
        """
            .formatted(name, key, Base64.getEncoder().encodeToString(Scene.bytes(content))));
  }

  private void vm(String name, String userData) throws IOException {
    vm(name, "vgpu-steward.io/user-data: \"" + userData + "\"", SecretNames.forGuest(name));
  }

  private void vm(String name, String annotation, String secret) throws IOException {
    write(
        name + ".yaml",
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata:
          namespace: team
          name: %s
          uid: 5a1c6a52-34f1-4b1e-9d0e-1f2f3a4b5c6d
          annotations:
            vgpu-steward.io/injected: '{"request":"","license":"vgpu"}'
            %s
        spec:
          template:
            spec:
              volumes:
              - name: init
                cloudInitNoCloud: {secretRef: {name: %s}}
        """
            .formatted(name, annotation, secret));
  }

  private void instance(String name, String phase) throws IOException {
    write(
        name + "-instance.yaml",
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachineInstance
        metadata:
          namespace: team
          name: %s
          uid: 6a1c6a52-34f1-4b1e-9d0e-1f2f3a4b5c6d
          ownerReferences:
          - {apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: %s, uid: 5a1c6a52-34f1-4b1e-9d0e-1f2f3a4b5c6d}
        spec:
          volumes:
          - name: init
            cloudInitNoCloud: {secretRef: {name: %s}}
        status: {phase: %s}
        """
            .formatted(name, name, SecretNames.forGuest(name), phase));
  }

  private Optional<SecretObject> stored(String guest) {
    Running now = running;
    return now == null
        ? Optional.empty()
        : now.cluster().secrets().get("team", SecretNames.forGuest(guest));
  }

  private String content(String guest) {
    return stored(guest)
        .flatMap(secret -> Optional.ofNullable(secret.data().get(GuestContents.KEY)))
        .map(Tokens::readable)
        .orElse("");
  }

  private void awaitToken(String guest, String name) {
    await().until(() -> Tokens.inGuest(content(guest), "token").equals(Tokens.named(name)));
  }

  private String events() throws IOException {
    Path file = folder.resolve(".vgpu-steward/events.yaml");
    return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
  }

  @Test
  void guest_getsItsSecret_andARenewedLicense() throws IOException {
    awaitToken("one", "first");
    SecretObject secret = stored("one").orElseThrow();
    assertThat(content("one")).contains("hostname: one");
    assertThat(secret.labels()).containsEntry(Keys.MANAGED_BY, Keys.STEWARD);
    assertThat(secret.owners())
        .containsExactly(
            new SecretObject.Owner(
                "kubevirt.io/v1", "VirtualMachine", "one", "5a1c6a52-34f1-4b1e-9d0e-1f2f3a4b5c6d"));

    license("second");

    awaitToken("one", "second");
    await().until(() -> events().contains("LicenseInjected"));
    assertThat(events()).doesNotContain(Tokens.named("second")).doesNotContain("hostname: one");
  }

  @Test
  void usersOwnSecret_late_thenChanged_isFollowed() throws IOException {
    vm("two", "vgpu-steward.io/user-data-secret: mine", SecretNames.forGuest("two"));
    await().until(() -> events().contains("UserDataSecretMissing"));

    secret("mine.yaml", "mine", "userdata", "#!/bin/sh\necho first\n");
    await().until(() -> content("two").contains("echo first"));

    secret("mine.yaml", "mine", "userdata", "#!/bin/sh\necho second\n");
    await().until(() -> content("two").contains("echo second"));
  }

  @Test
  void brokenLicense_leavesTheLastGoodContent() throws IOException {
    awaitToken("one", "first");

    secret("license.yaml", Keys.LICENSE_SECRET, LicenseSecret.TOKEN_KEY, "no token");

    await().until(() -> events().contains("LicenseMalformed"));
    awaitToken("one", "first");
  }

  @Test
  void usersFile_ofTheSecretsName_isNotOverwritten() throws IOException {
    secret("mine.yaml", SecretNames.forGuest("two"), "userdata", "#!/bin/sh\necho mine\n");
    vm("two", "vgpu-steward.io/count: \"1\"", SecretNames.forGuest("two"));

    await().until(() -> events().contains("SecretNotOurs"));

    assertThat(content("two")).isEqualTo("#!/bin/sh\necho mine\n");
  }

  @Test
  void secret_goesWithItsGuest_butNotBeforeItsRunningInstance() throws IOException {
    awaitToken("one", "first");
    instance("one", "Running");
    vm("two", "#!/bin/sh\\n");
    awaitToken("two", "first");

    Files.delete(folder.resolve("two.yaml"));
    Files.delete(folder.resolve("one.yaml"));
    await().until(() -> stored("two").isEmpty());
    assertThat(stored("one")).isPresent();

    instance("one", "Succeeded");
    await().until(() -> stored("one").isEmpty());
  }

  @Test
  void newProcess_findsEverythingDone() throws IOException {
    awaitToken("one", "first");
    String version = stored("one").orElseThrow().resourceVersion();
    close();
    running = Running.on(folder);

    license("second");
    awaitToken("one", "second");

    // One write in between, the one of the renewal.
    assertThat(Long.parseLong(stored("one").orElseThrow().resourceVersion()))
        .isEqualTo(Long.parseLong(version) + 1);
  }

  @Test
  void twoProcesses_whichBothLead_agree() throws IOException {
    try (Running other = Running.on(folder)) {
      awaitToken("one", "first");

      license("second");
      awaitToken("one", "second");

      String version = stored("one").orElseThrow().resourceVersion();
      await()
          .during(Duration.ofMillis(400))
          .until(() -> stored("one").orElseThrow().resourceVersion().equals(version));
      assertThat(other.controller()).isNotNull();
    }
  }
}
