package io.vgpusteward.server.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.snapshot.ObjectSource;
import io.vgpusteward.cluster.snapshot.Reduction;
import io.vgpusteward.cluster.snapshot.SnapshotFolder;
import io.vgpusteward.cluster.snapshot.SnapshotFolder.Changes;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.KubeconfigOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code vgpu-steward snapshot}: writes what a review needs of a live cluster into a folder.
 *
 * <p>The account needs, cluster-wide:
 *
 * <pre>
 * kubevirt.io               kubevirts, virtualmachines, virtualmachineinstances,
 *                           virtualmachineinstancereplicasets                            list
 * pool.kubevirt.io          virtualmachinepools                                          list
 * instancetype.kubevirt.io  virtualmachineinstancetypes, virtualmachinepreferences,
 *                           virtualmachineclusterinstancetypes,
 *                           virtualmachineclusterpreferences                             list
 * vgpu-steward.io           vgpunodes                                                    list
 * apps                      controllerrevisions                                          list
 * ""                        namespaces, nodes, pods                                      list
 * </pre>
 */
@Command(
    name = "snapshot",
    description = {
      "Write a folder that 'review --cluster <folder>' can stand for the cluster with.",
      "",
      "It has what admission's rules read, field by field, and nothing that is secret: no Secrets,",
      "and in place of user data a note that it was left out. It can be kept in git: objects are in",
      "a fixed order, one file for each kind and namespace, and only files that differ are written.",
      "The account needs 'list' on what is read, and nothing else."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the folder is as the cluster was",
      "1:the cluster or the folder could not be read or written; the folder is as it was, or some"
          + " files are newer than others",
      "2:the command line is wrong, or the folder is somebody else's"
    })
public final class SnapshotCommand implements Callable<Integer> {
  private final BiFunction<Optional<Path>, Optional<String>, ObjectSource> sources;

  @Spec private CommandSpec spec;
  @Mixin private KubeconfigOptions live = new KubeconfigOptions();

  @Option(
      names = "--force",
      description = {
        "Write into a folder that is neither empty nor of an earlier snapshot.",
        "Other files in it stay, and count as the cluster's where they end in .yaml."
      })
  private boolean force;

  @Parameters(paramLabel = "<folder>", description = "Where to write; made where it is not there.")
  private Path folder = Path.of("snapshot");

  /**
   * The command.
   *
   * @param sources opens the cluster of a kubeconfig and a context
   */
  public SnapshotCommand(BiFunction<Optional<Path>, Optional<String>, ObjectSource> sources) {
    this.sources = sources;
  }

  @Override
  public Integer call() {
    SnapshotFolder snapshot = new SnapshotFolder(folder);
    if (!force && !snapshot.isFree()) {
      throw new ConfigurationException(
          folder
              + " is neither empty nor a snapshot; name another folder, or say --force to write into"
              + " this one");
    }
    Map<ObjectKind, List<ObjectNode>> objects = new EnumMap<>(ObjectKind.class);
    try (ObjectSource source = sources.apply(live.kubeconfig(), live.context())) {
      for (ObjectKind kind : ObjectKind.values()) {
        if (Reduction.keeps(kind)) {
          objects.put(kind, source.list(kind));
        }
      }
    }
    Changes changes = snapshot.write(objects);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        folder
            + ": "
            + changes.objects()
            + " objects; "
            + changes.written()
            + " files written, "
            + changes.removed()
            + " removed");
    out.flush();
    return 0;
  }
}
