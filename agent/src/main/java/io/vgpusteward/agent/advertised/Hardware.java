package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Cause.Kind;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the functions of a resource, whoever looks at them. */
record Hardware(Offer offer) {
  List<Cause> causes() {
    List<Cause> causes = new ArrayList<>();
    List<GpuFunction> without =
        offer.vgpus().stream().filter(one -> one.group().isEmpty()).toList();
    if (!without.isEmpty()) {
      causes.add(
          Causes.of(
              Kind.NoIommuGroup,
              offer.resource(),
              without,
              "without an IOMMU group nobody gets " + Words.addresses(without),
              "switch the IOMMU on, in the firmware and on the kernel's command line"
                  + " (intel_iommu=on or amd_iommu=on)"));
    }
    offer.shared().forEach(functions -> causes.add(shared(functions)));
    boolean isVgpu = !offer.vgpus().isEmpty() || offer.resource().profile().isPresent();
    if (isVgpu && !offer.whole().isEmpty()) {
      causes.add(
          Causes.of(
              Kind.PassedThrough,
              offer.resource(),
              offer.whole(),
              "vfio-pci has "
                  + Words.addresses(offer.whole())
                  + ", which KubeVirt so gives out as "
                  + offer.resource()
                  + " too",
              "give it back to NVIDIA's driver"));
    }
    return causes;
  }

  private Cause shared(List<GpuFunction> functions) {
    return Causes.of(
        Kind.SharedIommuGroup,
        offer.resource(),
        functions,
        Words.addresses(functions)
            + " share IOMMU group "
            + functions.getFirst().group().orElse("")
            + ", of which KubeVirt gives out one function alone",
        "switch ACS on in the firmware");
  }
}
