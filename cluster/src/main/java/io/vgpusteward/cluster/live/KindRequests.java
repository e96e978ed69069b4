package io.vgpusteward.cluster.live;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.object.ObjectKind;
import java.util.Map;

/**
 * Asks for those objects of one kind that count: in all namespaces, but for the Leases of node
 * agents.
 */
final class KindRequests {
  /** How many objects are asked for at once. */
  static final long PAGE = 500;

  /** The label on the ControllerRevisions of KubeVirt (kubevirt.io/api/instancetype). */
  private static final String REVISION_LABEL = "instancetype.kubevirt.io/object-kind";

  /** The label on the pods that virtual machines run in (kubevirt.io/api/core/v1, AppLabel). */
  private static final Map<String, String> LAUNCHERS = Map.of("kubevirt.io", "virt-launcher");

  private static final Map<String, String> HEARTBEATS = Map.of(Keys.HEARTBEAT, "true");

  private final KubernetesClient client;
  private final String namespace;
  private final ObjectKind kind;

  /**
   * Requests for one kind.
   *
   * @param namespace where node agents have their Leases
   */
  KindRequests(KubernetesClient client, String namespace, ObjectKind kind) {
    this.client = client;
    this.namespace = namespace;
    this.kind = kind;
  }

  /** The objects in a version of their API; nothing is asked yet. */
  FilterWatchListDeletable<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects(String version) {
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(version)
            .withPlural(kind.plural())
            .withKind(kind.kind())
            .withNamespaced(kind.isNamespaced())
            .build();
    MixedOperation<
            GenericKubernetesResource,
            GenericKubernetesResourceList,
            Resource<GenericKubernetesResource>>
        resources = client.genericKubernetesResources(context);
    return switch (kind) {
      case CONTROLLER_REVISION -> resources.inAnyNamespace().withLabel(REVISION_LABEL);
      case POD -> resources.inAnyNamespace().withLabels(LAUNCHERS);
      case SECRET -> resources.inAnyNamespace().withField("metadata.name", Keys.LICENSE_SECRET);
      case LEASE -> resources.inNamespace(namespace).withLabels(HEARTBEATS);
      default -> resources.inAnyNamespace();
    };
  }

  /**
   * The path of one object.
   *
   * @param namespace left out where the kind has none
   */
  static String path(ObjectKind kind, String namespace, String name) {
    return (kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/")
        + kind.versions().getFirst()
        + (kind.isNamespaced() ? "/namespaces/" + namespace : "")
        + "/"
        + kind.plural()
        + "/"
        + name;
  }

  /** The kind as it is called in messages. */
  String title() {
    return switch (kind) {
      case SECRET -> "secrets named " + Keys.LICENSE_SECRET;
      case POD -> "pods of virtual machines";
      case LEASE -> "leases of node agents in namespace " + namespace;
      default -> kind.plural() + (kind.group().isEmpty() ? "" : "." + kind.group());
    };
  }

  /** Why the API server did not answer as it should, without its own words. */
  static String why(RuntimeException e) {
    return why(code(e));
  }

  /** The same for the HTTP status of a refusal, 0 for none. */
  static String why(int code) {
    return switch (code) {
      case 0 -> "the API server does not answer";
      case 401 -> "HTTP 401: the API server does not know this account";
      case 403 -> "HTTP 403: this account may not list and watch them";
      case 404 -> "HTTP 404: the API server does not know them (yet)";
      default -> "HTTP " + code;
    };
  }

  /** The HTTP status of a refusal; 0 where there was no answer. */
  static int code(RuntimeException e) {
    return e instanceof KubernetesClientException refusal ? Math.max(0, refusal.getCode()) : 0;
  }
}
