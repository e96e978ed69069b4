package io.vgpusteward.cluster.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.snapshot.SnapshotFolder.Changes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotFolderTest {
  private static final ObjectKind VM = ObjectKind.VIRTUAL_MACHINE;

  @TempDir Path folder;

  @Test
  void clusterOfASnapshot_doesNotKnowLicences() throws IOException {
    new SnapshotFolder(folder.resolve("snapshot")).write(Map.of(VM, List.of(object(VM, "a", "x"))));
    Files.createDirectory(folder.resolve("other"));

    try (FileCluster snapshot = FileCluster.open(folder.resolve("snapshot"));
        FileCluster other = FileCluster.open(folder.resolve("other"))) {
      assertThat(snapshot.view().knowsLicenses()).isFalse();
      assertThat(other.view().knowsLicenses()).isTrue();
    }
  }

  @Test
  void eachKindAndNamespace_hasAFile_inTheOrderOfTheNames() throws IOException {
    SnapshotFolder snapshot = new SnapshotFolder(folder.resolve("new/snapshot"));

    Changes changes =
        snapshot.write(
            Map.of(
                VM,
                List.of(object(VM, "b", "z"), object(VM, "a", "y"), object(VM, "b", "x")),
                ObjectKind.NAMESPACE,
                List.of(object(ObjectKind.NAMESPACE, "", "a"))));

    assertThat(changes).isEqualTo(new Changes(4, 3, 0));
    assertThat(files(folder.resolve("new/snapshot")))
        .containsExactly(
            ".vgpu-steward-snapshot",
            "namespaces.yaml",
            "virtualmachines/a.yaml",
            "virtualmachines/b.yaml");
    assertThat(folder.resolve("new/snapshot/virtualmachines/b.yaml"))
        .content()
        .isEqualTo(
            """
            # Written by vgpu-steward snapshot, and replaced by the next one.
            ---
            apiVersion: kubevirt.io/v1
            kind: VirtualMachine
            metadata:
              name: x
              namespace: b
            ---
            apiVersion: kubevirt.io/v1
            kind: VirtualMachine
            metadata:
              name: z
              namespace: b
            """);
    try (FileCluster cluster = FileCluster.open(folder.resolve("new/snapshot"))) {
      assertThat(cluster.view().guests()).hasSize(3);
      assertThat(cluster.problems()).isEmpty();
    }
  }

  @Test
  void nextSnapshot_replacesWhatIsOurs_andLeavesTheRest() throws IOException {
    SnapshotFolder snapshot = new SnapshotFolder(folder);
    snapshot.write(Map.of(VM, List.of(object(VM, "a", "x"), object(VM, "b", "x"))));
    Files.writeString(folder.resolve("README.md"), "mine");
    Files.writeString(folder.resolve("virtualmachines/mine.yaml"), "{}");
    Files.createDirectory(folder.resolve("virtualmachines/empty"));

    assertThat(snapshot.isFree()).isTrue();
    assertThat(snapshot.write(Map.of(VM, List.of(object(VM, "b", "x"), object(VM, "c", "x")))))
        .isEqualTo(new Changes(2, 1, 1));
    assertThat(files(folder))
        .containsExactly(
            ".vgpu-steward-snapshot",
            "README.md",
            "virtualmachines/b.yaml",
            "virtualmachines/c.yaml",
            "virtualmachines/mine.yaml");
    assertThat(snapshot.write(Map.of(VM, List.of()))).isEqualTo(new Changes(0, 0, 2));
    assertThat(files(folder))
        .containsExactly(".vgpu-steward-snapshot", "README.md", "virtualmachines/mine.yaml");
  }

  @Test
  void folderThatWent_takesItsOwnFolderAlong() throws IOException {
    SnapshotFolder snapshot = new SnapshotFolder(folder);
    snapshot.write(Map.of(VM, List.of(object(VM, "a", "x"))));
    snapshot.write(Map.of());
    assertThat(folder.resolve("virtualmachines")).doesNotExist();
  }

  @Test
  void marker_thatNamesOtherPlaces_removesNothingThere() throws IOException {
    Path other = Files.writeString(folder.resolve("precious.yaml"), "{}");
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.writeString(
        inner.resolve(".vgpu-steward-snapshot"), "../precious.yaml\n" + other + "\nREADME\n");
    Files.writeString(inner.resolve("README"), "");

    assertThat(new SnapshotFolder(inner).write(Map.of())).isEqualTo(new Changes(0, 0, 0));
    assertThat(other).exists();
    assertThat(inner.resolve("README")).exists();
  }

  @Test
  void folderOfSomebodyElse_isNotFree() throws IOException {
    assertThat(new SnapshotFolder(folder).isFree()).isTrue();
    assertThat(new SnapshotFolder(folder.resolve("nowhere")).isFree()).isTrue();
    Path file = Files.writeString(folder.resolve(".gitignore"), "");
    assertThat(new SnapshotFolder(folder).isFree()).isFalse();
    assertThatThrownBy(() -> new SnapshotFolder(file).isFree())
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining(".gitignore cannot be read or written");
    assertThatThrownBy(() -> new SnapshotFolder(file).write(Map.of()))
        .isInstanceOf(ClusterException.class);
  }

  @Test
  void name_thatWouldLeadElsewhere_isRefused() {
    assertThatThrownBy(
            () -> new SnapshotFolder(folder).write(Map.of(VM, List.of(object(VM, "../a", "x")))))
        .isInstanceOf(ClusterException.class)
        .hasMessage("a VirtualMachine has no valid name and namespace");
  }

  @Test
  void kinds_haveFilesOfTheirOwn() {
    assertThat(Arrays.stream(ObjectKind.values()).map(ObjectKind::plural)).doesNotHaveDuplicates();
  }

  private static ObjectNode object(ObjectKind kind, String namespace, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return Reduction.reduce(kind, object);
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
