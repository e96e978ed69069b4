package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Optional;

/** Lacks: by KubeVirt's permitted list no node hands out the resource. */
record Unserved(Question question) implements Reason {
  private static final String LIST = "permittedHostDevices.pciHostDevices";

  @Override
  public String brief() {
    return sentence();
  }

  @Override
  public String sentence() {
    Served served = question.supply().served();
    PermittedDevices permitted = served.permitted();
    if (served.source(question.resource()) == Served.Source.UNLISTED) {
      return "KubeVirt's permitted list has no "
          + question.resource()
          + (permitted.isGiven() ? "" : ", there is no list at all")
          + ", so no node hands it out; add an entry to "
          + LIST
          + " of the KubeVirt CR";
    }
    PermittedDevice entry = served.entries(question.resource()).getLast();
    Optional<String> owner = entry.pciId().flatMap(served::owner).map(Object::toString);
    return owner.isPresent()
        ? "KubeVirt gives "
            + entry.selector()
            + " to "
            + owner.get()
            + ", the last entry with that id, and nothing to "
            + question.resource()
            + "; ask for "
            + owner.get()
            + " with the profile's annotation, or keep one entry for the id"
        : "the entry of "
            + question.resource()
            + " in KubeVirt's permitted list selects no device by \""
            + Words.quote(entry.selector())
            + "\"; write vendor:device without spaces, such as 10DE:26B9";
  }
}
