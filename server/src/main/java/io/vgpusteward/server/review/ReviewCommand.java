package io.vgpusteward.server.review;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.AdmissionOptions;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ClusterOptions;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.admission.Endpoints;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Endpoint;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward review}: prints objects as they would be stored, or why they would not. */
@Command(
    name = "review",
    description = {
      "Print the objects of a file as they would be stored, or why they would be denied.",
      "Writes nothing. Warnings and denials go to standard error."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all objects would be stored",
      "1:at least one would be denied",
      "2:a file, the cluster or the command line is not as it must be; nothing was reviewed"
    })
public final class ReviewCommand implements Callable<Integer> {
  private static final int DENIED = 1;
  private static final int NOT_REVIEWED = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final Function<ClusterConfiguration, Cluster> clusters;
  private final InputStream in;

  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private AdmissionOptions admission = new AdmissionOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<yaml|patch>",
      defaultValue = "yaml",
      description = {
        "yaml: the objects. patch: for each object one line with the JSON patch (RFC 6902).",
        "Default: ${DEFAULT-VALUE}."
      })
  private Output output = Output.yaml;

  @Option(
      names = "--old",
      paramLabel = "<file>",
      description = "Objects that are stored already: reviews of these are of an UPDATE.")
  private @Nullable Path old;

  @Parameters(paramLabel = "<file|->", description = "Manifests, as kubectl takes them.")
  private String file = "-";

  /** The forms of output, spelled as users do. */
  @SuppressWarnings("EnumOrdinal")
  enum Output {
    yaml,
    patch
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
    this.in = in;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Endpoint> endpoints = Endpoints.of(admission.toSettings());
    ClusterConfiguration meant = cluster.toConfiguration(surroundings);
    try {
      List<Manifest> manifests =
          file.equals("-") ? Manifests.read("-", in) : Manifests.read(Path.of(file));
      List<Manifest> stored = old == null ? List.of() : Manifests.read(old);
      try (Cluster opened = clusters.apply(meant)) {
        return print(manifests, new ManifestReview(endpoints, readyView(opened), stored));
      }
    } catch (ClusterException e) {
      spec.commandLine().getErr().println("vgpu-steward: " + e.getMessage());
      return NOT_REVIEWED;
    }
  }

  private int print(List<Manifest> manifests, ManifestReview review) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int status = 0;
    for (Manifest manifest : manifests) {
      String where =
          manifest.source()
              + ":"
              + manifest.line()
              + ": "
              + ManifestReview.name(manifest.object())
              + ": ";
      switch (review.decide(manifest)) {
        case Decision.Admitted admitted -> {
          admitted.warnings().forEach(warning -> err.println(where + "warning: " + warning));
          out.print(
              output == Output.patch
                  ? AdmissionResponse.patch(manifest.object(), admitted.object()) + "\n"
                  : "---\n" + ManifestWriter.write(admitted.object()));
        }
        case Decision.Denied denied -> {
          err.println(where + "denied: " + denied.message());
          status = DENIED;
        }
        case Decision.NotReady notReady ->
            throw new ClusterException("not seen yet: " + String.join(", ", notReady.missing()));
      }
    }
    out.flush();
    err.flush();
    return status;
  }

  private static ClusterView readyView(Cluster cluster) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!cluster.view().isReady()) {
      if (System.nanoTime() > end) {
        throw new ClusterException(
            "the cluster was not seen in full within "
                + PATIENCE.toSeconds()
                + " s; missing: "
                + String.join(", ", cluster.view().missing()));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return cluster.view();
  }
}
