package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/** What the KubeVirt CR says at one time, so that it can be made to say so again. */
public final class KubeVirtSettings {
  private static final List<String> PARTS = List.of("/metadata/annotations", "/spec");

  private final Rig rig;
  private final JsonNode noted;

  private KubeVirtSettings(Rig rig) {
    this.rig = rig;
    this.noted = stored(rig);
  }

  /** Takes note of the CR as it is now. */
  static KubeVirtSettings of(Rig rig) {
    return new KubeVirtSettings(rig);
  }

  /**
   * Puts everything back, and returns once KubeVirt acts on it; nothing where it is as it was. It
   * is a patch since kubectl notes what it replaces for its next apply, the version included.
   */
  void restore() {
    JsonNode current = stored(rig);
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    for (String part : PARTS) {
      if (!current.at(part).equals(noted.at(part))) {
        patch.addObject().put("op", "add").put("path", part).set("value", noted.at(part));
      }
    }
    if (!patch.isEmpty()) {
      rig.kubectl()
          .ok(
              "patch",
              "kubevirt",
              "kubevirt",
              "-n",
              "kubevirt",
              "--type=json",
              "-p",
              patch.toString());
      awaitUse(rig);
    }
  }

  /** Returns once virt-api and virt-controller act on the CR as it is stored now. */
  public static void awaitUse(Rig rig) {
    String version = stored(rig).at("/metadata/resourceVersion").asText();
    for (String part : List.of("virt-api", "virt-controller")) {
      Wait.until(
          part + " has the settings",
          () -> rig.part(part).output().contains("to resource version '" + version + "'"));
    }
  }

  private static JsonNode stored(Rig rig) {
    return rig.kubectl().get("kubevirt", "kubevirt", "-n", "kubevirt");
  }
}
