package io.vgpusteward.webhook.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.review.Requester;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Who owns the permitted list where that is no person, and where its owner takes it from. Whoever
 * reads a denial in the log of such a controller must learn where to make the change.
 */
final class ListOwner {
  private static final String HCO = "hyperconverged-cluster-operator";
  private static final String FLUX_HELM = "helm.toolkit.fluxcd.io/";
  private static final String FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io/";
  private static final String ARGO = "argocd.argoproj.io/";

  private ListOwner() {}

  /** A sentence that says where to make the change; empty where a person may make it here. */
  static Optional<String> advice(ObjectNode kubeVirt, Requester requester) {
    JsonNode metadata = kubeVirt.path("metadata");
    if (isOwnedByHyperConverged(metadata, requester)) {
      return Optional.of(
          "the HyperConverged operator writes this object: make the change in"
              + " spec.permittedHostDevices and spec.featureGates of the HyperConverged CR");
    }
    if (metadata.path("namespace").asText().equals("cozy-kubevirt")) {
      return Optional.of(
          "Cozystack writes this object: make the change in the platform value"
              + " gpu.permittedHostDevices");
    }
    return flux(metadata)
        .or(() -> helm(metadata))
        .or(() ->
            hasKey(metadata.path("labels"), ARGO) || hasKey(metadata.path("annotations"), ARGO)
                ? Optional.of(
                    "Argo CD writes this object: make the change in the application's source")
                : Optional.empty());
  }

  private static boolean isOwnedByHyperConverged(JsonNode metadata, Requester requester) {
    return requester.user().endsWith(":" + HCO)
        || values(metadata.path("ownerReferences"), "kind").anyMatch("HyperConverged"::equals)
        || values(metadata.path("managedFields"), "manager").anyMatch(HCO::equals);
  }

  private static Optional<String> flux(JsonNode metadata) {
    JsonNode labels = metadata.path("labels");
    if (hasKey(labels, FLUX_HELM)) {
      return Optional.of(
          "Flux's HelmRelease "
              + labels.path(FLUX_HELM + "namespace").asText()
              + "/"
              + labels.path(FLUX_HELM + "name").asText()
              + " writes this object: make the change in its values");
    }
    return hasKey(labels, FLUX_KUSTOMIZE)
        ? Optional.of(
            "Flux's Kustomization "
                + labels.path(FLUX_KUSTOMIZE + "namespace").asText()
                + "/"
                + labels.path(FLUX_KUSTOMIZE + "name").asText()
                + " writes this object: make the change in its source")
        : Optional.empty();
  }

  private static Optional<String> helm(JsonNode metadata) {
    JsonNode annotations = metadata.path("annotations");
    String release = annotations.path("meta.helm.sh/release-name").asText();
    return release.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the Helm release "
                + annotations.path("meta.helm.sh/release-namespace").asText()
                + "/"
                + release
                + " writes this object: make the change in its values");
  }

  private static boolean hasKey(JsonNode map, String prefix) {
    Iterable<String> keys = map::fieldNames;
    return StreamSupport.stream(keys.spliterator(), false).anyMatch(key -> key.startsWith(prefix));
  }

  private static java.util.stream.Stream<String> values(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false).map(item -> item.path(field).asText());
  }
}
