package io.vgpusteward.server.explain;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.extender.explain.Explainer;
import io.vgpusteward.extender.explain.Explanation;
import io.vgpusteward.extender.explain.SubjectLookup;
import io.vgpusteward.extender.explain.SubjectLookup.Answer;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ClusterOptions;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.InventoryOptions;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.connect.ReadyView;
import io.vgpusteward.server.table.Output;
import io.vgpusteward.server.table.Screen;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward explain}: why a virtual machine finds no node, and what would help. */
@Command(
    name = "explain",
    description = {
      "Say of each node whether it would give a VM the vGPUs that it asks for, and why not, and",
      "the one next step that would help. Writes nothing."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:it was found, whatever there is to say of it",
      "1:it is not there, or the cluster cannot be read",
      "2:the command line is wrong"
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final int MISSING = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final Function<ClusterConfiguration, Cluster> clusters;
  private final InstantSource clock;

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private InventoryOptions inventory = new InventoryOptions();

  @Option(
      names = {"-n", "--vm-namespace"},
      paramLabel = "<name>",
      defaultValue = "default",
      description = "Namespace of the VM or pod. Default: ${DEFAULT-VALUE}.")
  private String namespace = "default";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<form>",
      defaultValue = "table",
      description = "table, wide, json or yaml. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.table;

  @Parameters(
      paramLabel = "<vm|pod>",
      description = {
        "vm/<name>, vmi/<name> or pod/<name>; a name alone is the VM's, else the instance's or the",
        "pod's."
      })
  private String named = "";

  /**
   * The command.
   *
   * @param clusters opens the cluster whose guests are meant
   * @param clock what the ages of inventories are told by
   */
  public ExplainCommand(
      Surroundings surroundings,
      Function<ClusterConfiguration, Cluster> clusters,
      InstantSource clock) {
    this.surroundings = surroundings;
    this.clusters = clusters;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration maxAge = inventory.maxAge();
    ClusterView view;
    try (Cluster opened = clusters.apply(cluster.toConfiguration(surroundings))) {
      view = ReadyView.of(opened, PATIENCE);
    }
    return switch (find(view)) {
      case Answer.Found found -> {
        print(new Explainer(view, clock.instant(), maxAge).explain(found.subject()));
        yield 0;
      }
      case Answer.Missing missing -> {
        PrintWriter err = spec.commandLine().getErr();
        err.println("vgpu-steward: " + missing.message());
        err.flush();
        yield MISSING;
      }
    };
  }

  private Answer find(ClusterView view) {
    try {
      return new SubjectLookup(view).find(named, namespace);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("explain: " + e.getMessage(), e);
    }
  }

  private void print(Explanation explanation) {
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case json -> out.println(ExplanationJson.of(explanation).toPrettyString());
      case yaml -> out.print(ManifestWriter.write(ExplanationJson.of(explanation)));
      case table, wide ->
          new ExplanationText(explanation, output == Output.wide)
              .print(out, spec.commandLine().getColorScheme(), Screen.width(spec));
    }
    out.flush();
  }
}
