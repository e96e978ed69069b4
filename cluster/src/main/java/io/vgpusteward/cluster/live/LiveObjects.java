package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.snapshot.ObjectSource;
import io.vgpusteward.cluster.snapshot.Reduction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists the objects behind a Kubernetes API server once, in pages. Whole objects are not kept: what
 * leaves here is reduced.
 *
 * <p>It needs {@code list} on what {@link LiveCluster} lists, but on no Secrets, and nothing else.
 */
public final class LiveObjects implements ObjectSource {
  private static final int ATTEMPTS = 3;
  private static final int NOT_FOUND = 404;

  /** The list is older than what the API server remembers: only a new one goes on. */
  private static final int GONE = 410;

  /** Nothing is kept of the Leases of node agents, so nobody asks for them. */
  private static final String NO_NAMESPACE = "";

  private final KubernetesClient client;

  LiveObjects(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Knocks nowhere yet.
   *
   * @param version of this program, for the user agent
   * @param kubeconfig the file; empty for the usual places
   * @param context the context of the kubeconfig; empty for its current one
   * @throws ClusterException when the kubeconfig is of no use
   */
  public static LiveObjects open(
      String version, Optional<Path> kubeconfig, Optional<String> context) {
    return new LiveObjects(ClusterClient.create(version, kubeconfig, context));
  }

  @Override
  public List<ObjectNode> list(ObjectKind kind) {
    KindRequests requests = new KindRequests(client, NO_NAMESPACE, kind);
    KubernetesClientException refusal = null;
    for (String version : kind.versions()) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        try {
          return list(kind, requests, version);
        } catch (KubernetesClientException e) {
          refusal = e;
          if (e.getCode() != GONE) {
            break;
          }
        }
      }
      if (refusal != null && refusal.getCode() != NOT_FOUND) {
        break;
      }
    }
    if (refusal == null || (refusal.getCode() == NOT_FOUND && kind.isOptional())) {
      return List.of();
    }
    throw new ClusterException(
        "cannot list " + requests.title() + ": " + KindRequests.why(refusal));
  }

  private List<ObjectNode> list(ObjectKind kind, KindRequests requests, String version) {
    List<ObjectNode> objects = new ArrayList<>();
    String next = "";
    do {
      ListOptionsBuilder page = new ListOptionsBuilder().withLimit(KindRequests.PAGE);
      GenericKubernetesResourceList list =
          requests.objects(version).list((next.isEmpty() ? page : page.withContinue(next)).build());
      for (GenericKubernetesResource object : list.getItems()) {
        objects.add(
            Reduction.reduce(
                kind, client.getKubernetesSerialization().convertValue(object, ObjectNode.class)));
      }
      next = continuation(list);
    } while (!next.isEmpty());
    return objects;
  }

  private static String continuation(GenericKubernetesResourceList list) {
    @Nullable String next = list.getMetadata() == null ? null : list.getMetadata().getContinue();
    return next == null ? "" : next;
  }

  @Override
  public void close() {
    client.close();
  }
}
