package io.vgpusteward.webhook.vminstance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.check.LicenseCheck;
import io.vgpusteward.webhook.check.Supply;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that permits one GPU as a whole and two profiles, and VMInstances in it. What the
 * mutation decides is applied as a patch and reviewed once more: it must come out as it went in.
 */
final class VmInstances {
  static final String NAMESPACE = "tenant-a";

  private static final LicenseCheck LICENSES =
      new LicenseCheck("vgpu-steward", InstantSource.fixed(Instant.EPOCH));

  /** No node has more than 17 of the one profile, nor more than one of the other. */
  private static final Supply NODES =
      new Supply(
          Map.of(), Map.of("a", node("nvidia.com/L40S-24Q", 17), "b", node("nvidia.com/L4-6Q", 1)));

  private static final ObjectMapper YAML = new YAMLMapper();

  private VmInstances() {}

  private static Node node(String resource, int count) {
    SortedMap<ResourceName, Integer> amounts =
        new TreeMap<>(Map.of(new ResourceName(resource), count));
    return new Node(resource, true, amounts, amounts, new TreeSet<>());
  }

  static ClusterView cluster() {
    return cluster(
        List.of(), Map.of(), "nvidia.com/GA102GL_A10 nvidia.com/L40S-24Q nvidia.com/L4-6Q");
  }

  static ClusterView notReady() {
    return cluster(List.of("the KubeVirt CR"), Map.of(), "");
  }

  static ClusterView permitting(String resources) {
    return cluster(List.of(), Map.of(), resources);
  }

  static ClusterView optedOut() {
    return cluster(
        List.of(),
        Map.of(NAMESPACE, Map.of("vgpu-steward.io/inject", "false")),
        "nvidia.com/L40S-24Q");
  }

  /** The same with a licence that ends then. */
  static ClusterView licensedUntil(Instant end) {
    return cluster(List.of(), Map.of(), "nvidia.com/L40S-24Q", Optional.of(end));
  }

  private static ClusterView cluster(
      List<String> missing, Map<String, Map<String, String>> namespaces, String resources) {
    return cluster(missing, namespaces, resources, Optional.empty());
  }

  private static ClusterView cluster(
      List<String> missing,
      Map<String, Map<String, String>> namespaces,
      String resources,
      Optional<Instant> license) {
    List<PermittedDevice> entries =
        Stream.of(resources.split(" "))
            .filter(resource -> !resource.isEmpty())
            .map(resource ->
                new PermittedDevice(
                    PermittedDevice.Kind.PCI, "10DE:26B9", new ResourceName(resource), false))
            .toList();
    KubeVirt kubeVirt =
        new KubeVirt(
            "cozy-kubevirt",
            "kubevirt",
            new PermittedDevices(entries, !entries.isEmpty()),
            Set.of(),
            Optional.empty());
    return ClusterView.builder(Instant.EPOCH)
        .missing(missing)
        .kubeVirt(Optional.of(kubeVirt))
        .namespaceLabels(namespaces)
        .licenses(Map.of(NAMESPACE, new LicenseFact(true, license)))
        .build();
  }

  /** A VMInstance of these members of its metadata and this spec, in YAML's flow style. */
  static ObjectNode vmInstance(String metadata, String spec) {
    return (ObjectNode)
        yaml(
            """
            apiVersion: apps.cozystack.io/v1alpha1
            kind: VMInstance
            metadata: {name: cad, namespace: tenant-a, %s}
            spec: %s
            """
                .formatted(metadata, spec));
  }

  /** One with these annotations of ours, {@code profile: L40S-24Q}, that lists these resources. */
  static ObjectNode annotated(String annotations, String... gpus) {
    StringBuilder ours = new StringBuilder();
    Stream.of(annotations.split(", "))
        .filter(annotation -> !annotation.isEmpty())
        .forEach(annotation -> ours.append("vgpu-steward.io/").append(annotation).append(", "));
    return vmInstance("annotations: {" + ours + "team: cad}", gpus.length == 0 ? "{}" : list(gpus));
  }

  private static String list(String... gpus) {
    return "{gpus: " + Stream.of(gpus).map(gpu -> "{name: nvidia.com/" + gpu + "}").toList() + "}";
  }

  /** The record of this many GPUs of the resource, as an annotation of {@link #annotated}. */
  static String record(int count, String resource) {
    return "injected: '{\"resource\":\"nvidia.com/%s\",\"count\":%d}'".formatted(resource, count);
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Decision mutate(ObjectNode object, @Nullable ObjectNode old, ClusterView view) {
    ObjectNode untouched = object.deepCopy();
    VmInstanceMutation mutation = new VmInstanceMutation();
    Decision decision = mutation.decide(review(object, old), view);
    assertThat(object).as("the reviewed object is not changed").isEqualTo(untouched);
    if (decision instanceof Decision.Admitted admitted) {
      JsonNode patch = AdmissionResponse.patch(object, admitted.object());
      assertThat(JsonPatch.apply(patch, object)).isEqualTo(admitted.object());
      assertThat(patch.isEmpty()).isEqualTo(!admitted.changed());
      Decision again = mutation.decide(review(admitted.object(), old), view);
      assertThat(again)
          .isInstanceOfSatisfying(
              Decision.Admitted.class,
              second ->
                  assertThat(second.object()).as("a second pass").isEqualTo(admitted.object()));
    }
    return decision;
  }

  static Decision check(
      ObjectNode object, @Nullable ObjectNode old, ClusterView view, Policy policy) {
    return check(object, old, view, policy, NODES);
  }

  static Decision check(
      ObjectNode object, @Nullable ObjectNode old, ClusterView view, Policy policy, Supply supply) {
    ObjectNode untouched = object.deepCopy();
    Decision decision =
        new VmInstanceChecks(policy, LICENSES, any -> supply).decide(review(object, old), view);
    assertThat(object).as("the reviewed object is not changed").isEqualTo(untouched);
    return decision;
  }

  private static Review review(ObjectNode object, @Nullable ObjectNode old) {
    return old == null
        ? Review.ofCreate("uid", ReviewedKind.VM_INSTANCE, NAMESPACE, object, Requester.UNKNOWN)
        : Review.ofUpdate(
            "uid", ReviewedKind.VM_INSTANCE, NAMESPACE, object, old, Requester.UNKNOWN);
  }

  static Decision.Admitted admitted(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Admitted.class);
    return (Decision.Admitted) decision;
  }

  static String denied(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Denied.class);
    return ((Decision.Denied) decision).message();
  }
}
