package io.vgpusteward.cluster.live;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.vgpusteward.cluster.ClusterException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the one client of the process, which logs nothing of what it reads. */
public final class ClusterClient {
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
  private static final int RETRIES = 3;
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final Logger LOG = LoggerFactory.getLogger(ClusterClient.class);

  private ClusterClient() {}

  /**
   * A client for the current kubeconfig, or for the account of the pod that this runs in. It knocks
   * nowhere yet.
   *
   * @param version of this program, for the user agent
   */
  public static KubernetesClient create(String version) {
    return create(version, Optional.empty(), Optional.empty());
  }

  /**
   * The same for a kubeconfig that is named.
   *
   * @param kubeconfig the file; empty for the usual places
   * @param context the context of the kubeconfig; empty for its current one
   * @throws ClusterException when the file is broken or has no such context
   */
  public static KubernetesClient create(
      String version, Optional<Path> kubeconfig, Optional<String> context) {
    Config config =
        new ConfigBuilder(config(kubeconfig, context))
            .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
            .withRequestRetryBackoffLimit(RETRIES)
            .build();
    config.setUserAgent("vgpu-steward/" + version);
    return build(config);
  }

  /**
   * Builds the client. The key of a client certificate may be in PKCS #8, which does not say its
   * algorithm beforehand, and fabric8 takes it for RSA.
   */
  private static KubernetesClient build(Config config) {
    for (String algorithm : KEY_ALGORITHMS) {
      config.setClientKeyAlgo(algorithm);
      try {
        return prepare(new KubernetesClientBuilder().withConfig(config)).build();
      } catch (KubernetesClientException e) {
        LOG.debug("The client's key is not for {}", algorithm);
      }
    }
    // Without a cause, whose message may quote the key.
    throw new ClusterException(
        "cannot use the kubeconfig: its client certificate, key or authority cannot be read");
  }

  private static Config config(Optional<Path> kubeconfig, Optional<String> context) {
    Config config;
    try {
      config =
          kubeconfig
              .map(file -> Config.fromKubeconfig(context.orElse(null), file.toFile()))
              .orElseGet(() -> Config.autoConfigure(context.orElse(null)));
    } catch (RuntimeException e) {
      // Without its cause, whose message may quote the file, and that holds keys.
      throw new ClusterException(
          "cannot use the kubeconfig" + kubeconfig.map(file -> " " + file).orElse(""));
    }
    String found = config.getCurrentContext() == null ? "" : config.getCurrentContext().getName();
    if (context.isPresent() && !context.get().equals(found)) {
      throw new ClusterException("no context '" + context.get() + "' in the kubeconfig");
    }
    return config;
  }

  /** Has a builder build what {@link LiveCluster} takes. */
  public static KubernetesClientBuilder prepare(KubernetesClientBuilder builder) {
    return builder
        .withHttpClientFactory(new JdkHttpClientFactory())
        .withKubernetesSerialization(new DiscreetSerialization());
  }
}
