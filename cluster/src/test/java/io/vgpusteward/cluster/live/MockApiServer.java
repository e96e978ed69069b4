package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** fabric8's API server, which keeps objects and answers single paths otherwise when told so. */
final class MockApiServer implements AutoCloseable {
  static final LiveCluster.Pace HASTY =
      new LiveCluster.Pace(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofSeconds(3));

  final KubernetesMockServer server;
  private final List<LiveCluster> clusters = new ArrayList<>();
  private final List<KubernetesClient> clients = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  MockApiServer(int port) {
    Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            responses,
            new KubernetesMixedDispatcher(responses),
            false);
    server.init(InetAddress.getLoopbackAddress(), port);
  }

  MockApiServer() {
    this(0);
  }

  KubernetesClient client() {
    KubernetesClient client =
        server.createClient(builder -> {
          ClusterClient.prepare(builder)
              .editOrNewConfig()
              .withWatchReconnectInterval(50)
              .withRequestRetryBackoffLimit(0)
              .withConnectionTimeout(2000)
              .endConfig();
        });
    clients.add(client);
    return client;
  }

  LiveCluster cluster() {
    LiveCluster cluster = LiveCluster.connect(client(), "steward", HASTY);
    clusters.add(cluster);
    return cluster;
  }

  /** Creates the objects of a manifest. */
  void create(String path, String yaml) {
    client().raw(path, "POST", json(yaml).toString());
  }

  void replace(String path, String yaml) {
    client().raw(path, "PUT", json(yaml).toString());
  }

  void delete(String path) {
    client().raw(path, "DELETE", null);
  }

  static JsonNode json(String yaml) {
    return Manifests.read("-", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .getFirst()
        .object();
  }

  /** All requests so far, as {@code GET /path?query}, decoded. */
  List<String> requests() throws InterruptedException {
    RecordedRequest request;
    while ((request = server.takeRequest(1, TimeUnit.MILLISECONDS)) != null) {
      requests.add(
          request.getMethod() + " " + URLDecoder.decode(request.getPath(), StandardCharsets.UTF_8));
    }
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    clusters.forEach(LiveCluster::close);
    clients.forEach(KubernetesClient::close);
    server.destroy();
  }
}
