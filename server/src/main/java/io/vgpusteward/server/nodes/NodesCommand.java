package io.vgpusteward.server.nodes;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.extender.explain.NodeState;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ClusterOptions;
import io.vgpusteward.server.config.InventoryOptions;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.connect.ReadyView;
import io.vgpusteward.server.table.Output;
import io.vgpusteward.server.table.Screen;
import io.vgpusteward.vgpu.EditDistance;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward nodes}: what the nodes with GPUs have. */
@Command(
    name = "nodes",
    description = {
      "Show the nodes that have GPUs: what their VFs carry and in which state they are, how many",
      "devices are taken and free, and whether the node's inventory is fresh. Writes nothing."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:they are shown, even if there is none",
      "1:a node that was named is not there or has no GPU, or the cluster cannot be read",
      "2:the command line is wrong"
    })
public final class NodesCommand implements Callable<Integer> {
  private static final int MISSING = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final Function<ClusterConfiguration, Cluster> clusters;
  private final InstantSource clock;

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private InventoryOptions inventory = new InventoryOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<form>",
      defaultValue = "table",
      description = "table, wide (with who holds what), json or yaml. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.table;

  @Parameters(paramLabel = "<node>", arity = "0..*", description = "Nodes. Default: all of them.")
  private List<String> named = new ArrayList<>();

  /**
   * The command.
   *
   * @param clusters opens the cluster whose nodes are meant
   * @param clock what the ages of inventories are told by
   */
  public NodesCommand(
      Surroundings surroundings,
      Function<ClusterConfiguration, Cluster> clusters,
      InstantSource clock) {
    this.surroundings = surroundings;
    this.clusters = clusters;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<NodeState> all;
    Duration maxAge = inventory.maxAge();
    try (Cluster opened = clusters.apply(cluster.toConfiguration(surroundings))) {
      ClusterView view = ReadyView.of(opened, PATIENCE);
      all = NodeState.all(view, clock.instant(), maxAge);
    }
    PrintWriter err = spec.commandLine().getErr();
    List<String> missing =
        named.stream()
            .filter(name -> all.stream().noneMatch(node -> node.node().equals(name)))
            .toList();
    missing.forEach(name -> err.println("vgpu-steward: " + notThere(name, all)));
    err.flush();
    print(all.stream().filter(node -> named.isEmpty() || named.contains(node.node())).toList());
    return missing.isEmpty() ? 0 : MISSING;
  }

  private void print(List<NodeState> nodes) {
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case json -> out.println(NodesJson.of(nodes).toPrettyString());
      case yaml -> out.print(ManifestWriter.write(NodesJson.of(nodes)));
      case table, wide -> {
        if (nodes.isEmpty()) {
          if (named.isEmpty()) {
            out.println("no node has a GPU that is known; see whether the node agent runs");
          }
        } else {
          out.print(
              new NodesText(output == Output.wide)
                  .table(nodes)
                  .lines(spec.commandLine().getColorScheme(), Screen.width(spec)));
        }
      }
    }
    out.flush();
  }

  private static String notThere(String name, List<NodeState> all) {
    return "there is no node "
        + name
        + " with GPUs that are known"
        + all.stream()
            .map(NodeState::node)
            .filter(other -> EditDistance.between(name, other) <= Math.max(1, name.length() / 3))
            .min(Comparator.comparingInt(other -> EditDistance.between(name, other)))
            .map(near -> "; did you mean " + near + "?")
            .orElse("");
  }
}
