package io.vgpusteward.webhook.vminstance;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.check.ProfileCheck;
import io.vgpusteward.webhook.check.Supply;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Looks for breaches of rules in the GPUs of a VMInstance. What the user wrote never makes it
 * throw.
 *
 * <p>Messages are for tenants: they name the field and what can be written there. They do not name
 * positions in the list, since a breach that was there before an update must read the same after
 * it.
 */
final class GpuChecks {
  /** What the chart's field takes, in words. */
  private static final String FORM = "; write gpus: [{name: <resource>}]";

  private final PermittedGpus permitted;
  private final Supply supply;

  GpuChecks(PermittedGpus permitted, Supply supply) {
    this.permitted = permitted;
    this.supply = supply;
  }

  List<Finding> of(VmInstance instance) {
    List<Finding> findings = new ArrayList<>();
    Optional<Profile> profile =
        instance.guest().annotation(Keys.PROFILE).flatMap(text -> Profile.parse(text.strip()));
    Optional<ResourceName> asked = profile.flatMap(permitted::named);
    if (profile.isPresent() && asked.isEmpty()) {
      findings.add(unknown(profile.get()));
    }
    List<ResourceName> listed;
    try {
      listed = instance.gpus();
    } catch (RefusedException e) {
      findings.add(new Finding(Rule.MALFORMED_GPUS, e.problem() + FORM));
      return findings;
    }
    listed.stream()
        .distinct()
        .filter(resource -> !permitted.contains(resource))
        .forEach(resource -> findings.add(notPermitted(resource)));
    asked.flatMap(resource -> mixed(resource, listed)).ifPresent(findings::add);
    listed.stream()
        .distinct()
        .forEach(resource -> beyondOneNode(resource, listed).ifPresent(findings::add));
    long vgpus = listed.stream().filter(resource -> resource.profile().isPresent()).count();
    if (vgpus > GpuRequestReader.MAX_COUNT) {
      findings.add(tooMany(vgpus));
    }
    listed.stream()
        .distinct()
        .filter(permitted::isServedByVfs)
        .flatMap(resource -> resource.profile().stream())
        .forEach(
            named -> ProfileCheck.carried("spec.gpus", named, supply).ifPresent(findings::add));
    if (vgpus > 0 && instance.isWindows()) {
      findings.add(windows());
    }
    return findings;
  }

  /** What an update alone can do wrong. */
  List<Finding> ofUpdate(VmInstance instance, VmInstance old) {
    return hasVgpu(instance) && !hasVgpu(old) && !instance.hasCloudInit() && !instance.isWindows()
        ? List.of(noCloudInit())
        : List.of();
  }

  /** Whether it lists one; what cannot be read lists none. */
  static boolean hasVgpu(VmInstance instance) {
    try {
      return instance.gpus().stream().anyMatch(resource -> resource.profile().isPresent());
    } catch (RefusedException e) {
      return false;
    }
  }

  private Finding unknown(Profile profile) {
    return new Finding(
        Rule.UNKNOWN_PROFILE,
        GpuRequestReader.field(Keys.PROFILE)
            + ": this cluster has no vGPU profile "
            + profile
            + "; its profiles: "
            + permitted.profiles());
  }

  private Finding notPermitted(ResourceName resource) {
    String meant =
        permitted.meantBy(resource).map(name -> "; did you mean " + name + "?").orElse("");
    return new Finding(
        Rule.DEVICE_NOT_PERMITTED,
        "spec.gpus: this cluster has no GPU \""
            + abbreviated(resource.value())
            + "\" for virtual machines"
            + meant
            + "; its GPUs: "
            + permitted.names());
  }

  private static Optional<Finding> mixed(ResourceName asked, List<ResourceName> listed) {
    String others =
        listed.stream()
            .filter(resource -> resource.profile().isPresent() && !resource.equals(asked))
            .map(ResourceName::value)
            .distinct()
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Rule.MIXED_REQUEST,
                "spec.gpus: lists "
                    + others
                    + " beside "
                    + asked
                    + ", which the annotation "
                    + Keys.PROFILE
                    + " asks for, and the virtual machine gets all of them; keep one if only one"
                    + " was meant"));
  }

  private Optional<Finding> beyondOneNode(ResourceName resource, List<ResourceName> listed) {
    int count = Collections.frequency(listed, resource);
    OptionalInt most = supply.most(resource);
    return most.isPresent() && count > most.getAsInt()
        ? Optional.of(
            new Finding(
                Rule.TOO_MANY,
                "spec.gpus: no node can give "
                    + count
                    + " of "
                    + resource
                    + "; the most that one has is "
                    + most.getAsInt()))
        : Optional.empty();
  }

  private static Finding tooMany(long vgpus) {
    return new Finding(
        Rule.TOO_MANY,
        "spec.gpus: "
            + vgpus
            + " vGPUs are more than a virtual machine can have; ask for "
            + GpuRequestReader.MAX_COUNT
            + " at most");
  }

  private static Finding windows() {
    return new Finding(
        Rule.WINDOWS_LICENSE,
        "spec.instanceProfile: a Windows guest does not get the vGPU licence from here; install"
            + " the licence token in the guest");
  }

  private static Finding noCloudInit() {
    return new Finding(
        Rule.LICENSE_UNDELIVERED,
        "spec.gpus: this virtual machine has no cloud-init disk, so the vGPU licence cannot reach"
            + " its guest; set spec.cloudInit to \"#cloud-config\", and the guest takes its next"
            + " start for its first");
  }

  private static String abbreviated(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
