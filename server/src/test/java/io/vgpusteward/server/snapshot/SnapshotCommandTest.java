package io.vgpusteward.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.snapshot.ObjectSource;
import io.vgpusteward.cluster.snapshot.Reduction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command over the objects of the example cluster. */
final class SnapshotCommandTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "cluster");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<ObjectKind> listed = new ArrayList<>();
  private final List<Optional<String>> contexts = new ArrayList<>();
  private Optional<ObjectKind> refused = Optional.empty();
  private boolean closed;

  @Test
  void snapshot_showsWhatTheClusterShows_withoutItsSecrets() throws IOException {
    Path snapshot = folder.resolve("snapshot");

    assertThat(run("--context=blue", snapshot.toString())).isZero();

    assertThat(out.toString())
        .matches(".*/snapshot: \\d+ objects; \\d+ files written, 0 removed\n");
    assertThat(contexts).containsExactly(Optional.of("blue"));
    assertThat(closed).isTrue();
    assertThat(listed).doesNotContain(ObjectKind.SECRET).contains(ObjectKind.KUBEVIRT);
    try (FileCluster whole = FileCluster.open(EXAMPLE);
        FileCluster copy = FileCluster.open(snapshot)) {
      assertThat(copy.problems()).isEmpty();
      assertThat(copy.view().kubeVirt()).isEqualTo(whole.view().kubeVirt());
      assertThat(copy.view().instancetypes()).isEqualTo(whole.view().instancetypes());
      assertThat(copy.view().nodes()).isEqualTo(whole.view().nodes());
      assertThat(copy.view().namespaceLabels("tenant-manual"))
          .isEqualTo(whole.view().namespaceLabels("tenant-manual"));
    }
    out.getBuffer().setLength(0);
    assertThat(run(snapshot.toString())).isZero();
    assertThat(out.toString()).endsWith(" objects; 0 files written, 0 removed\n");
  }

  @Test
  void folderOfSomebodyElse_isLeftAlone_unlessForced() throws IOException {
    Files.writeString(folder.resolve("mine"), "");

    assertThat(run(folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is neither empty nor a snapshot", "--force");
    assertThat(listed).isEmpty();

    assertThat(run("--force", folder.toString())).isZero();
    assertThat(folder.resolve("mine")).exists();
    assertThat(folder.resolve("namespaces.yaml")).exists();
  }

  @Test
  void kindThatCannotBeListed_leavesTheFolderAsItWas() throws IOException {
    refused = Optional.of(ObjectKind.NODE);

    assertThat(run(folder.toString())).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("cannot list nodes\n");
    assertThat(closed).isTrue();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private int run(String... arguments) {
    SnapshotCommand command =
        new SnapshotCommand((kubeconfig, context) -> {
          contexts.add(context);
          return new Example();
        });
    return new CommandLine(command)
        .setExecutionExceptionHandler((e, line, parsed) -> {
          line.getErr().println(e.getMessage());
          return e instanceof ClusterException ? 1 : 2;
        })
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private final class Example implements ObjectSource {
    @Override
    public List<ObjectNode> list(ObjectKind kind) {
      if (refused.filter(kind::equals).isPresent()) {
        throw new ClusterException("cannot list " + kind.plural());
      }
      listed.add(kind);
      try (Stream<Path> files = Files.list(EXAMPLE)) {
        return files
            .filter(Files::isRegularFile)
            .flatMap(file -> Manifests.read(file).stream())
            .map(Manifest::object)
            .filter(object -> ObjectKind.of(object).filter(kind::equals).isPresent())
            .map(object -> Reduction.reduce(kind, object))
            .toList();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
