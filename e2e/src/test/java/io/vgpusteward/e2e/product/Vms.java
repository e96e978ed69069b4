package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What tests look at in virtual machines and instances as they are stored. */
final class Vms {
  /** The label that leads to nodes that carry the one profile of these tests. */
  static final String LABEL = "profile.vgpu-steward.io/L40S-24Q";

  private static final String ANNOTATIONS = "/metadata/annotations";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Vms() {}

  /** What kubectl printed with {@code -o json}. */
  static JsonNode parse(String printed) {
    try {
      return JSON.readTree(printed);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON: " + printed, e);
    }
  }

  /** The instance's spec within a VirtualMachine. */
  static JsonNode template(JsonNode vm) {
    return vm.at("/spec/template/spec");
  }

  /** The name of the Secret of the user data, of a VirtualMachine's or an instance's spec. */
  static String secret(JsonNode spec) {
    return spec.path("volumes").findPath("secretRef").path("name").asText();
  }

  /** Whether the instance's spec asks for a node that carries the profile. */
  static boolean isPlaced(JsonNode spec) {
    return spec.path("affinity").toString().contains(LABEL);
  }

  static JsonNode annotations(JsonNode object) {
    return object.at(ANNOTATIONS);
  }

  static String annotation(JsonNode object, String key) {
    return annotations(object).path(key).asText();
  }

  static int generation(JsonNode object) {
    return object.at("/metadata/generation").asInt();
  }

  /** The same without the numbers that KubeVirt draws anew for each guest's firmware. */
  static JsonNode withoutDrawnNumbers(JsonNode spec) {
    JsonNode copy = spec.deepCopy();
    for (JsonNode firmware : copy.findValues("firmware")) {
      ((ObjectNode) firmware).remove(List.of("uuid", "serial"));
    }
    return copy;
  }
}
