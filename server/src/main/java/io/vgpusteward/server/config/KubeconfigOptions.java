package io.vgpusteward.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how to reach a real cluster. */
public final class KubeconfigOptions {
  @Option(
      names = "--kubeconfig",
      paramLabel = "<file>",
      description = "How to reach the cluster. Default: $KUBECONFIG, ~/.kube/config, in-cluster.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "<name>",
      description = "Context of the kubeconfig. Default: its current one.")
  private @Nullable String context;

  /**
   * The file; empty for the usual places.
   *
   * @throws ConfigurationException when it cannot be read
   */
  public Optional<Path> kubeconfig() {
    if (kubeconfig != null && !Files.isReadable(kubeconfig)) {
      throw new ConfigurationException("--kubeconfig: cannot read " + kubeconfig);
    }
    return Optional.ofNullable(kubeconfig);
  }

  /** The context of the file; empty for its current one. */
  public Optional<String> context() {
    return Optional.ofNullable(context);
  }

  boolean areGiven() {
    return kubeconfig != null || context != null;
  }
}
