package io.vgpusteward.webhook.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.guest.GuestObject;
import io.vgpusteward.webhook.guest.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What of a guest the checks judge in an update: what it asks for and what was injected, wherever
 * in the guest that is. Two guests with equal parts differ in nothing that an update could be
 * refused for.
 *
 * @param annotations ours
 * @param fields the values of all other fields, in one order
 */
record JudgedPart(Map<String, JsonNode> annotations, List<JsonNode> fields) {
  private static final List<String> CLOUD_INIT =
      List.of("cloudInitNoCloud", "cloudInitConfigDrive");

  static JudgedPart of(GuestObject guest) {
    List<JsonNode> fields = new ArrayList<>();
    for (String list : GuestObject.DEVICE_FIELDS) {
      fields.add(guest.peek(guest.devices(list)));
    }
    fields.add(guest.peek(List.of("spec", "instancetype")));
    fields.add(guest.peek(List.of("spec", "preference")));
    fields.add(guest.peek(guest.spec("affinity", "nodeAffinity")));
    fields.add(guest.peek(guest.spec("schedulerName")));
    fields.add(guest.peek(guest.spec("evictionStrategy")));
    fields.add(guest.peek(JsonTree.child(guest.podAnnotations(), Keys.PROFILE)));
    for (String side : List.of("requests", "limits")) {
      fields.add(guest.peek(guest.spec("domain", "resources", side, Keys.FRAMEBUFFER_GIB)));
    }
    for (JsonNode volume : guest.peek(guest.spec("volumes"))) {
      if (CLOUD_INIT.stream().anyMatch(volume::has)) {
        fields.add(volume);
      }
    }
    return new JudgedPart(guest.ownAnnotations(), fields);
  }

  /** Nothing of it: it may hold user data. */
  @Override
  public String toString() {
    return "JudgedPart";
  }
}
