package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;

/** Lacks: by KubeVirt's permitted list no node hands out the resource. */
record Unserved(Question question) implements Reason {
  @Override
  public String brief() {
    return sentence();
  }

  @Override
  public String sentence() {
    Served served = question.supply().served();
    PermittedDevices permitted = served.permitted();
    if (served.source(question.resource()) == Served.Source.UNLISTED) {
      return (permitted.isGiven()
              ? "KubeVirt's permitted list has no "
                  + question.resource()
                  + ", so no node hands it out"
              : "KubeVirt has no permitted list, so no node hands out " + question.resource())
          + "; add an entry to permittedHostDevices.pciHostDevices of the KubeVirt CR";
    }
    PermittedDevice entry = served.entries(question.resource()).getLast();
    return served
        .owner(entry)
        .map(owner ->
            "KubeVirt gives what "
                + entry.selector()
                + " selects to "
                + owner
                + ", the last entry with that selector, and nothing to "
                + question.resource()
                + "; ask for "
                + owner
                + ", or keep one entry for the selector")
        .orElseGet(() ->
            "the entry of "
                + question.resource()
                + " in KubeVirt's permitted list selects no device by \""
                + Words.cut(entry.selector())
                + "\"; write vendor:device without spaces, such as 10DE:26B9");
  }
}
