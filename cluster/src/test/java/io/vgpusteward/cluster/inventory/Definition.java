package io.vgpusteward.cluster.inventory;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Generates the definition of {@link VgpuNode}. */
final class Definition {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private static final String DESCRIPTION =
      Objects.requireNonNull(VgpuNode.class.getAnnotation(JsonClassDescription.class)).value();

  private Definition() {}

  /** The definition as YAML; {@code folder} is for what the generator writes. */
  static String generate(Path folder) throws IOException {
    new CRDGenerator()
        .customResourceClasses(VgpuNode.class)
        .forCRDVersions("v1")
        .withMinQuotes(true)
        .withPostProcessor(new Finish())
        .inOutputDir(folder.toFile())
        .generate();
    return Files.readString(
        folder.resolve("vgpunodes.vgpu-steward.io-v1.yml"), StandardCharsets.UTF_8);
  }

  /** What the generator cannot be told: the order of columns, no spec, a description. */
  private static final class Finish implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata definition, String version) {
      ObjectNode tree = SERIALIZATION.convertValue(definition, ObjectNode.class);
      ObjectNode served = (ObjectNode) tree.at("/spec/versions/0");
      served.set("additionalPrinterColumns", inOrder(served.path("additionalPrinterColumns")));
      ObjectNode schema = (ObjectNode) served.at("/schema/openAPIV3Schema");
      ((ObjectNode) schema.path("properties")).remove("spec");
      schema.put("description", DESCRIPTION);
      return SERIALIZATION.convertValue(tree, GenericKubernetesResource.class);
    }
  }

  private static ArrayNode inOrder(JsonNode columns) {
    Map<String, JsonNode> byName = new HashMap<>();
    columns.forEach(column -> byName.put(column.path("name").asText(), column));
    ArrayNode ordered = ((ArrayNode) columns).arrayNode();
    for (AdditionalPrinterColumn column :
        VgpuNode.class.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      ordered.add(byName.get(column.name()));
    }
    return ordered;
  }
}
