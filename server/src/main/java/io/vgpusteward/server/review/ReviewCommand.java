package io.vgpusteward.server.review;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.snapshot.Reduction;
import io.vgpusteward.server.config.AdmissionOptions;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ClusterOptions;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.connect.ReadyView;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.admission.Endpoints;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.review.Requester;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward review}: what admission would make of manifests. */
@Command(
    name = "review",
    description = {
      "Review manifests as admission would: what would be denied, warned of, or changed.",
      "Writes nothing.",
      "",
      "Takes files, folders (*.yaml, *.yml and *.json at any depth) and - for standard input.",
      "Objects of kinds that admission does not review are counted and left alone.",
      "",
      "What is reviewed does not change the cluster that it is reviewed against: manifests do not",
      "see each other, and a KubeVirt object among them does not permit its devices to the others.",
      "",
      "An object that --old or the cluster holds already is reviewed as an UPDATE that puts the",
      "manifest in its place, any other as a CREATE."
    },
    exitCodeListHeading = "%nExit status, by the worst:%n",
    exitCodeList = {
      "0:nothing to object to",
      "1:at least one object would be denied; with --fail-on warning, or warned of",
      "2:at least one object could not be reviewed, or nothing was: a file, the cluster or the"
          + " command line is not as it must be"
    })
public final class ReviewCommand implements Callable<Integer> {
  private static final int NOT_REVIEWED = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final Function<ClusterConfiguration, Cluster> clusters;
  private final ManifestFiles files;

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private AdmissionOptions admission = new AdmissionOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<form>",
      description = {
        "findings: a line for each, file:line first, and their count.",
        "json: the same as one document, with the JSON patch of each object that would change.",
        "yaml: the objects as they would be stored; findings go to standard error.",
        "patch: likewise, for each object one line with the JSON patch (RFC 6902).",
        "Default: findings where a folder is reviewed, else yaml."
      })
  private @Nullable Output output;

  @Option(
      names = "--old",
      paramLabel = "<file|folder>",
      description = {
        "Objects that are stored already: reviews of these are of an UPDATE.",
        "They come before those that the cluster holds."
      })
  private @Nullable Path old;

  @Option(
      names = {"-n", "--default-namespace"},
      paramLabel = "<name>",
      defaultValue = "default",
      description = "Namespace of objects that name none. Default: ${DEFAULT-VALUE}.")
  private String defaultNamespace = "default";

  @Option(
      names = "--fail-on",
      paramLabel = "<denial|warning>",
      defaultValue = "denial",
      description = "From what on the exit status is 1. Default: ${DEFAULT-VALUE}.")
  private Report.FailOn failOn = Report.FailOn.denial;

  @Option(
      names = "--as",
      paramLabel = "<user>",
      defaultValue = "",
      description = {
        "Who will send the manifests, as the API server knows them:",
        "system:serviceaccount:<namespace>:<name> for a service account. Default: nobody known."
      })
  private String user = "";

  @Option(
      names = "--as-group",
      paramLabel = "<group>",
      description = "A group of theirs; may be given several times.")
  private List<String> groups = new ArrayList<>();

  @Parameters(
      paramLabel = "<file|folder|->",
      arity = "0..*",
      description = "Manifests, as kubectl takes them. Default: -.")
  private List<String> named = new ArrayList<>();

  /** The forms of output, spelled as users do. */
  @SuppressWarnings("EnumOrdinal")
  enum Output {
    yaml,
    patch,
    json,
    findings
  }

  /**
   * The command.
   *
   * @param clusters opens the cluster to review against
   * @param in what {@code -} stands for
   */
  public ReviewCommand(
      Surroundings surroundings, Function<ClusterConfiguration, Cluster> clusters, InputStream in) {
    this.surroundings = surroundings;
    this.clusters = clusters;
    this.files = new ManifestFiles(in);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> sources = named.isEmpty() ? List.of("-") : named;
    if (Collections.frequency(sources, "-") > 1) {
      throw new ConfigurationException("- can be read once only");
    }
    ClusterConfiguration meant = cluster.toConfiguration(surroundings);
    List<Endpoint> endpoints = Endpoints.of(admission.toSettings(), meant.namespace());
    Report report;
    try {
      List<ReviewFinding> problems = new ArrayList<>();
      List<Manifest> manifests =
          files.read(sources, problem -> problems.add(ReviewFinding.of(problem)));
      List<Manifest> before = old == null ? List.of() : oldObjects(old);
      try (Cluster opened = clusters.apply(meant)) {
        ManifestReview review =
            new ManifestReview(
                endpoints,
                ReadyView.of(opened, PATIENCE),
                new StoredObjects(before, defaultNamespace, opened)::find,
                defaultNamespace,
                new Requester(user, groups));
        report = new Report(manifests.stream().map(review::review).toList(), problems);
      }
    } catch (ClusterException e) {
      spec.commandLine().getErr().println("vgpu-steward: " + e.getMessage());
      return NOT_REVIEWED;
    }
    int status = report.status(failOn);
    print(report, status, output == null ? usualOutput(sources) : output);
    return status;
  }

  private List<Manifest> oldObjects(Path from) {
    return files.read(
        List.of(from.toString()),
        problem -> {
          throw problem;
        });
  }

  private static Output usualOutput(List<String> sources) {
    return sources.stream().anyMatch(source -> Files.isDirectory(Path.of(source)))
        ? Output.findings
        : Output.yaml;
  }

  private void print(Report report, int status, Output form) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    switch (form) {
      case json -> out.println(JsonReport.of(report, status));
      case findings -> {
        FindingLines lines = new FindingLines(out, spec.commandLine().getColorScheme().ansi());
        report.findings().forEach(lines::print);
        lines.summary(report);
      }
      case yaml, patch -> {
        report.objects().forEach(object -> printStored(object, form, out, err));
        report.findings().forEach(new FindingLines(err, Ansi.OFF)::print);
      }
    }
    out.flush();
    err.flush();
  }

  private static void printStored(Reviewed object, Output form, PrintWriter out, PrintWriter err) {
    object
        .stored()
        .ifPresent(stored -> {
          out.print(
              form == Output.patch
                  ? AdmissionResponse.patch(object.manifest().object(), stored) + "\n"
                  : "---\n" + ManifestWriter.write(stored));
          if (Reduction.isReduced(stored)) {
            err.println(
                object.object()
                    + " is printed without user data that the snapshot has left out: do not apply"
                    + " it");
          }
        });
  }
}
