package io.vgpusteward.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that say which cluster is meant. */
public final class ClusterOptions {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  @Option(
      names = "--cluster",
      paramLabel = "<folder>",
      description = {
        "Take the YAML files of this folder for the cluster, instead of a real one.",
        "What this program writes goes to its sub-folder .vgpu-steward."
      })
  private @Nullable Path cluster;

  @Mixin private KubeconfigOptions live = new KubeconfigOptions();

  @Option(
      names = "--namespace",
      paramLabel = "<name>",
      description = {
        "Namespace of the release, with the cluster's default licence.",
        "Default: $POD_NAMESPACE, the pod's own, or vgpu-steward."
      })
  private @Nullable String namespace;

  /**
   * The complete configuration.
   *
   * @throws ConfigurationException when the flags do not go together
   */
  public ClusterConfiguration toConfiguration(Surroundings surroundings) {
    if (cluster != null && live.areGiven()) {
      throw new ConfigurationException("--cluster goes without --kubeconfig and --context");
    }
    if (cluster != null && !Files.isDirectory(cluster)) {
      throw new ConfigurationException("--cluster: " + cluster + " is not a folder");
    }
    return new ClusterConfiguration(
        Optional.ofNullable(cluster),
        live.kubeconfig(),
        live.context(),
        checkedNamespace(surroundings));
  }

  private String checkedNamespace(Surroundings surroundings) {
    String name = namespace == null ? surroundings.namespace() : namespace;
    if (!LABEL.matcher(name).matches()) {
      throw new ConfigurationException("--namespace: '" + name + "' is no name of a namespace");
    }
    return name;
  }
}
