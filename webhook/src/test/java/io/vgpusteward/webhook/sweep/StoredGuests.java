package io.vgpusteward.webhook.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Guests;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Instancetypes;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.injection.GuestMutation;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Guests as a cluster with an L40S stores them, managed or not. */
final class StoredGuests {
  static final String NAMESPACE = "tenant-a";
  private static final YAMLMapper YAML = new YAMLMapper();

  private StoredGuests() {}

  static ClusterView view(Guest... guests) {
    return view(Map.of(), guests);
  }

  static ClusterView view(Map<String, Map<String, String>> namespaces, Guest... guests) {
    PermittedDevice l40s =
        new PermittedDevice(
            PermittedDevice.Kind.PCI, "10DE:26B9", new ResourceName("nvidia.com/L40S-24Q"), false);
    KubeVirt kubeVirt =
        new KubeVirt(
            "kubevirt",
            "kubevirt",
            new PermittedDevices(List.of(l40s)),
            Set.of(KubeVirt.HOST_DEVICES_GATE),
            Optional.of("v1.9.0"));
    Instancetype gpu =
        new Instancetype(List.of("nvidia.com/L40S-24Q"), List.of(), true, false, Optional.empty());
    return ClusterView.builder(Instant.EPOCH)
        .missing(List.of())
        .kubeVirt(Optional.of(kubeVirt))
        .namespaceLabels(namespaces)
        .instancetypes(
            new Instancetypes(
                Map.of(new Instancetypes.Key("", "gpu"), gpu), Map.of(), Map.of(), Map.of()))
        .guests(new Guests(Stream.of(guests).collect(Collectors.toMap(Guest::key, g -> g))))
        .build();
  }

  /** A manifest of src/test/resources/guests, in the one namespace. */
  static ObjectNode manifest(String file) {
    try (InputStream in =
        Objects.requireNonNull(StoredGuests.class.getResourceAsStream("/guests/" + file), file)) {
      ObjectNode guest = (ObjectNode) YAML.readTree(in);
      ((ObjectNode) guest.path("metadata")).put("namespace", NAMESPACE).put("uid", "uid-" + file);
      return guest;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the mutation makes of it. */
  static ObjectNode managed(ObjectNode manifest, InjectionSettings settings) {
    ReviewedKind kind =
        ReviewedKind.of("kubevirt.io/v1", manifest.path("kind").asText()).orElseThrow();
    Decision decision =
        new GuestMutation(settings)
            .decide(Review.ofCreate("uid", kind, NAMESPACE, manifest, Requester.UNKNOWN), view());
    return ((Decision.Admitted) decision).object();
  }

  static Guest read(ObjectNode stored) {
    return stored.path("kind").asText().equals("VirtualMachine")
        ? ObjectReader.virtualMachine(stored, problem -> {})
        : ObjectReader.virtualMachineInstance(stored, problem -> {});
  }
}
