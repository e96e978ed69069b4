package io.vgpusteward.webhook.vminstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.JsonTree;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A VMInstance as a JSON tree, with the places that matter here.
 *
 * <p>No schema stands before or behind the webhook: {@code spec} may be anything. On CREATE and on
 * a replacement it is what the user wrote; on a patch the defaults of the chart stand beside it
 * ({@code gpus: []}), and in the stored object always. So an empty list is the same as none.
 */
final class VmInstance {
  static final List<String> GPUS = List.of("spec", "gpus");

  /** Its one member: the name of the resource. */
  private static final String NAME = "name";

  private final GuestObject guest;

  VmInstance(ObjectNode root) {
    // Its metadata says what a virtual machine's says.
    this.guest = new GuestObject(GuestKey.Kind.VirtualMachine, root);
  }

  /** The object, for what reads metadata alone. */
  GuestObject guest() {
    return guest;
  }

  /** The list of GPUs as it stands, whatever it is; an empty list where there is none. */
  JsonNode written() {
    JsonNode gpus = guest.peek(GPUS);
    return gpus.isMissingNode() || gpus.isNull() ? JsonNodeFactory.instance.arrayNode() : gpus;
  }

  /**
   * The resources that it lists.
   *
   * @throws RefusedException where the list is not of the form that the chart takes
   */
  List<ResourceName> gpus() {
    List<ResourceName> resources = new ArrayList<>();
    for (ObjectNode gpu : guest.tree().objects(GPUS)) {
      String name = gpu.path(NAME).textValue();
      if (name == null || name.isBlank()) {
        throw RefusedException.malformed(
            "spec.gpus[].name", "the name of a resource, such as nvidia.com/L40S-24Q");
      }
      resources.add(new ResourceName(name));
    }
    return resources;
  }

  /** Appends GPUs to the list, which is made where there is none. */
  void add(ResourceName resource, int howMany) {
    if (howMany > 0) {
      ArrayNode list = guest.tree().ensureArray(GPUS);
      for (int i = 0; i < howMany; i++) {
        list.addObject().put(NAME, resource.value());
      }
    }
  }

  /** Takes the last GPUs of the resource out of the list, and the list where it is empty then. */
  void remove(ResourceName resource, int howMany) {
    ArrayNode list = guest.tree().ensureArray(GPUS);
    int left = howMany;
    for (int i = list.size() - 1; i >= 0 && left > 0; i--) {
      if (resource.value().equals(list.get(i).path(NAME).textValue())) {
        list.remove(i);
        left--;
      }
    }
    if (list.isEmpty()) {
      guest.tree().removeAndPrune(GPUS, 1);
    }
  }

  /** Whether its preference is one of Cozystack's for Windows. */
  boolean isWindows() {
    return text("instanceProfile").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /** Whether the chart gives it a cloud-init disk. */
  boolean hasCloudInit() {
    return !text("cloudInit").isEmpty() || !guest.peek(List.of("spec", "sshKeys")).isEmpty();
  }

  private String text(String member) {
    return guest.peek(JsonTree.child(List.of("spec"), member)).asText();
  }
}
