package io.vgpusteward.cluster.live;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;

/** Makes the one client of the process, which logs nothing of what it reads. */
public final class ClusterClient {
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
  private static final int RETRIES = 3;

  private ClusterClient() {}

  /**
   * A client for the current kubeconfig, or for the account of the pod that this runs in. It knocks
   * nowhere yet.
   *
   * @param version of this program, for the user agent
   */
  public static KubernetesClient create(String version) {
    Config config =
        new ConfigBuilder()
            .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
            .withRequestRetryBackoffLimit(RETRIES)
            .build();
    config.setUserAgent("vgpu-steward/" + version);
    return prepare(new KubernetesClientBuilder().withConfig(config)).build();
  }

  /** Has a builder build what {@link LiveCluster} takes. */
  public static KubernetesClientBuilder prepare(KubernetesClientBuilder builder) {
    return builder
        .withHttpClientFactory(new JdkHttpClientFactory())
        .withKubernetesSerialization(new DiscreetSerialization());
  }
}
