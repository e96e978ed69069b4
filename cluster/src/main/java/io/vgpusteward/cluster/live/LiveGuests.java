package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import java.util.Optional;

/** Annotations of guests, one merge patch each. */
final class LiveGuests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;

  LiveGuests(KubernetesClient client) {
    this.client = client;
  }

  /** See {@link io.vgpusteward.cluster.Cluster#annotate}. */
  Guest annotate(GuestKey guest, String annotation, Optional<String> value) {
    Names.check(guest.namespace(), guest.name());
    ObjectKind kind =
        switch (guest.kind()) {
          case VirtualMachine -> ObjectKind.VIRTUAL_MACHINE;
          case VirtualMachineInstance -> ObjectKind.VIRTUAL_MACHINE_INSTANCE;
        };
    ObjectNode patch = JSON.createObjectNode();
    patch.putObject("metadata").putObject("annotations").put(annotation, value.orElse(null));
    GenericKubernetesResource stored;
    try {
      stored =
          client
              .genericKubernetesResources(context(kind))
              .inNamespace(guest.namespace())
              .withName(guest.name())
              .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
    } catch (KubernetesClientException e) {
      throw new ClusterException(guest + ": " + why(e));
    }
    if (stored == null) {
      throw new ClusterException(guest + " has gone");
    }
    JsonNode object = client.getKubernetesSerialization().convertValue(stored, JsonNode.class);
    return kind == ObjectKind.VIRTUAL_MACHINE
        ? ObjectReader.virtualMachine(object, problem -> {})
        : ObjectReader.virtualMachineInstance(object, problem -> {});
  }

  private static ResourceDefinitionContext context(ObjectKind kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(kind.group())
        .withVersion(kind.versions().getFirst())
        .withPlural(kind.plural())
        .withKind(kind.kind())
        .withNamespaced(true)
        .build();
  }

  static String why(KubernetesClientException e) {
    if (e.getCode() == 404) {
      return "there is no such object";
    }
    String message = e.getStatus() == null ? null : e.getStatus().getMessage();
    return e.getCode() <= 0
        ? "the API server does not answer"
        : "HTTP " + e.getCode() + (message == null ? "" : ": " + message);
  }
}
