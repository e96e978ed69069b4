package io.vgpusteward.cluster.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretObject.Owner;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.SecretStore.ConflictException;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.Manifests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a FileCluster writes. */
@Timeout(60)
class FileStoresTest {
  private static final GuestKey GUEST = new GuestKey(GuestKey.Kind.VirtualMachine, "team", "vm");

  @TempDir Path folder;
  private final List<FileCluster> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(FileCluster::close);
  }

  @Test
  void secret_isStoredAsAManifestForItsOwnerAlone() throws Exception {
    SecretObject stored = open().secrets().create(secret("mine", "v1"));
    assertThat(stored.uid()).isNotEmpty();
    assertThat(stored.resourceVersion()).isNotEmpty();
    Path file = folder.resolve(".vgpu-steward/secrets/team/mine.yaml");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    JsonNode manifest = Manifests.read(file).getFirst().object();
    assertThat(manifest.path("kind").asText()).isEqualTo("Secret");
    assertThat(manifest.at("/data/userdata").asText()).isEqualTo("djE=");
    try (var siblings = Files.list(file.getParent())) {
      assertThat(siblings).containsExactly(file);
    }
    SecretObject read = open().secrets().get("team", "mine").orElseThrow();
    assertThat(read.owners()).isEqualTo(stored.owners()).hasSize(1);
    assertThat(read.labels()).containsEntry("l", "yes");
    assertThat(read.data().get("userdata")).asString().isEqualTo("v1");
  }

  @Test
  void create_twice_conflicts() {
    SecretStore secrets = open().secrets();
    secrets.create(secret("mine", "v1"));
    assertThatThrownBy(() -> secrets.create(secret("mine", "v2")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("team/mine")
        .hasMessageNotContaining("v2");
  }

  @Test
  void replace_bumpsTheVersion_andAnOldOneConflicts() {
    SecretStore secrets = open().secrets();
    SecretObject first = secrets.create(secret("mine", "v1"));
    SecretObject second = secrets.replace(with(first, "v2"));
    assertThat(second.resourceVersion()).isNotEqualTo(first.resourceVersion());
    assertThat(second.uid()).isEqualTo(first.uid());
    assertThatThrownBy(() -> secrets.replace(with(first, "v3")))
        .isInstanceOf(ConflictException.class);
    assertThatThrownBy(() -> secrets.delete(first)).isInstanceOf(ConflictException.class);
    secrets.delete(second);
    assertThat(secrets.get("team", "mine")).isEmpty();
    secrets.delete(second);
    assertThatThrownBy(() -> secrets.replace(second)).isInstanceOf(ConflictException.class);
    SecretObject recreated = secrets.create(secret("mine", "v1"));
    assertThatThrownBy(() -> secrets.replace(with(first, "v3")))
        .as("another object of the same name and version")
        .isInstanceOf(ConflictException.class);
    assertThat(recreated.uid()).isNotEqualTo(first.uid());
  }

  @Test
  void replace_keepsWhatElseTheManifestCarries() throws Exception {
    SecretStore secrets = open().secrets();
    SecretObject first = secrets.create(secret("mine", "v1"));
    Path file = folder.resolve(".vgpu-steward/secrets/team/mine.yaml");
    Files.writeString(file, Files.readString(file) + "extra: 1\n");
    secrets.replace(with(first, "v2"));
    assertThat(Manifests.read(file).getFirst().object().path("extra").asInt()).isEqualTo(1);
  }

  @Test
  void usersSecret_isReadButNeverWritten() throws Exception {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(
        file,
        "\napiVersion: v1\nkind: Secret\nmetadata: {name: users, namespace: team}\nstringData: {a: b}\n");
    byte[] before = Files.readAllBytes(file);
    SecretStore secrets = open().secrets();
    SecretObject users = secrets.get("team", "users").orElseThrow();
    assertThat(users.resourceVersion()).isNotEmpty();
    assertThat(users.data().get("a")).asString().isEqualTo("b");
    for (Runnable write :
        List.<Runnable>of(() -> secrets.replace(with(users, "x")), () -> secrets.delete(users))) {
      assertThatThrownBy(write::run)
          .isInstanceOf(ClusterException.class)
          .isNotInstanceOf(ConflictException.class)
          .hasMessageContaining(file + ":2");
    }
    assertThatThrownBy(() -> secrets.create(secret("users", "x")))
        .isInstanceOf(ConflictException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"team, ../x", "../.., x", "team, a/b", "'', x", "team, ''", "team, .x", "Team, x"})
  void namesThatCouldLeaveTheFolder_areRefused(String namespace, String name) {
    SecretStore secrets = open().secrets();
    SecretObject secret =
        new SecretObject(namespace, name, "u", "1", Map.of(), List.of(), Map.of());
    assertThatThrownBy(() -> secrets.get(namespace, name)).isInstanceOf(ClusterException.class);
    assertThatThrownBy(() -> secrets.create(secret)).isInstanceOf(ClusterException.class);
    assertThatThrownBy(() -> secrets.replace(secret)).isInstanceOf(ClusterException.class);
    assertThatThrownBy(() -> secrets.delete(secret)).isInstanceOf(ClusterException.class);
  }

  @Test
  void ofTwoClustersOnOneFolder_oneWritesAtATime() throws Exception {
    SecretStore one = open().secrets();
    SecretStore two = open().secrets();
    SecretObject start = one.create(secret("mine", "0"));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (SecretStore store : List.of(one, two, one, two)) {
        writers.add(threads.submit(() -> increment(store, 25)));
      }
      for (Future<Integer> writer : writers) {
        assertThat(writer.get()).isEqualTo(25);
      }
    }
    SecretObject end = two.get("team", "mine").orElseThrow();
    assertThat(end.data().get("userdata")).asString().isEqualTo("100");
    assertThat(end.uid()).isEqualTo(start.uid());
  }

  @Test
  void brokenStore_isAnErrorThatNamesTheFile() throws Exception {
    SecretStore secrets = open().secrets();
    secrets.create(secret("mine", "v1"));
    Path file = folder.resolve(".vgpu-steward/secrets/team/mine.yaml");
    Files.writeString(file, "");
    assertThatThrownBy(() -> secrets.get("team", "mine"))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("mine.yaml");
    Files.writeString(folder.resolve(".vgpu-steward/secrets/other"), "in the way");
    SecretObject other = new SecretObject("other", "x", "", "", Map.of(), List.of(), Map.of());
    assertThatThrownBy(() -> secrets.create(other))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("cannot be read or written");
  }

  @Test
  void equalEventsInARow_areCounted() {
    FileCluster cluster = open();
    EventSink events = cluster.events();
    for (int i = 0; i < 3; i++) {
      events.record(GUEST, "u1", EventSink.Type.Warning, "LicenseMissing", "no: licence\n- here");
    }
    events.record(GUEST, "u1", EventSink.Type.Normal, "LicenseWritten", "it is there");
    open().events().record(GUEST, "u1", EventSink.Type.Normal, "LicenseWritten", "it is there");
    events.record(GUEST, "u1", EventSink.Type.Warning, "LicenseMissing", "no: licence\n- here");
    List<Manifest> written = Manifests.read(folder.resolve(".vgpu-steward/events.yaml"));
    assertThat(written)
        .extracting(event -> event.object().path("reason").asText() + event.object().path("count"))
        .containsExactly("LicenseMissing3", "LicenseWritten2", "LicenseMissing1");
    JsonNode first = written.getFirst().object();
    assertThat(first.path("message").asText()).isEqualTo("no: licence\n- here");
    assertThat(first.at("/involvedObject/uid").asText()).isEqualTo("u1");
    assertThat(first.path("type").asText()).isEqualTo("Warning");
  }

  @Test
  void eventsFile_isBounded_andKeepsTheNewest() throws Exception {
    EventSink events =
        new FileEventSink(new StoreFolder(folder), InstantSource.fixed(Instant.EPOCH));
    for (int i = 0; i < 300; i++) {
      events.record(GUEST, "u", EventSink.Type.Normal, "R" + i, "x".repeat(1024));
    }
    Path file = folder.resolve(".vgpu-steward/events.yaml");
    assertThat(Files.size(file)).isBetween(50_000L, 140_000L);
    assertThat(Manifests.read(file).getLast().object().path("reason").asText()).isEqualTo("R299");
  }

  @Test
  void eventThatCannotBeWritten_doesNotThrow() throws Exception {
    FileCluster cluster = open();
    Files.writeString(folder.resolve(".vgpu-steward"), "in the way");
    cluster.events().record(GUEST, "u", EventSink.Type.Normal, "R", "n");
    assertThat(Files.isRegularFile(folder.resolve(".vgpu-steward"))).isTrue();
  }

  private static int increment(SecretStore store, int times) {
    int done = 0;
    while (done < times) {
      SecretObject now = store.get("team", "mine").orElseThrow();
      int value =
          Integer.parseInt(
              new String(now.data().get("userdata"), java.nio.charset.StandardCharsets.UTF_8));
      try {
        store.replace(with(now, Integer.toString(value + 1)));
        done++;
      } catch (ConflictException e) {
        Thread.onSpinWait();
      }
    }
    return done;
  }

  private static SecretObject secret(String name, String value) {
    return with(
        new SecretObject(
            "team",
            name,
            "",
            "",
            Map.of("l", "yes"),
            List.of(new Owner("kubevirt.io/v1", "VirtualMachine", "vm", "u")),
            Map.of()),
        value);
  }

  private static SecretObject with(SecretObject secret, String value) {
    return new SecretObject(
        secret.namespace(),
        secret.name(),
        secret.uid(),
        secret.resourceVersion(),
        secret.labels(),
        secret.owners(),
        Map.of("userdata", value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private FileCluster open() {
    FileCluster cluster = FileCluster.open(folder);
    open.add(cluster);
    return cluster;
  }
}
