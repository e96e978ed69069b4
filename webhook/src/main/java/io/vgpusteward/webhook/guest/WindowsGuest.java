package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Tells guests that run Windows, where cloud-init and its boothooks are not at home. */
public final class WindowsGuest {
  private static final String OS_ANNOTATION = "vm.kubevirt.io/os";

  private WindowsGuest() {}

  /** Whether preference, Hyper-V enlightenments, sysprep or the template's annotation say so. */
  public static boolean is(GuestObject guest, InstancetypeLookup lookup) {
    return lookup.prefersWindows(guest)
        || !guest.peek(guest.spec("domain", "features", "hyperv")).isEmpty()
        || !guest.peek(guest.spec("domain", "features", "hypervPassthrough")).isEmpty()
        || hasSysprep(guest.peek(guest.spec("volumes")))
        || guest
            .peek(guest.podAnnotations())
            .path(OS_ANNOTATION)
            .asText()
            .toLowerCase(Locale.ROOT)
            .startsWith("windows");
  }

  private static boolean hasSysprep(JsonNode volumes) {
    for (JsonNode volume : volumes) {
      if (volume.path("sysprep").isObject()) {
        return true;
      }
    }
    return false;
  }
}
