package io.vgpusteward.webhook.check;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether any node could ever give as many vGPUs as the guest asks for: all of them come from one
 * node. What no node has spoken of is not judged.
 */
final class QuantityCheck implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    subject
        .profiles()
        .forEach((profile, count) -> {
          OptionalInt most = subject.supply().most(profile, resourceOf(subject, profile));
          if (most.isPresent() && count > most.getAsInt()) {
            findings.add(
                new Finding(
                    Rule.TOO_MANY,
                    subject.fieldOf(profile)
                        + ": no node can give "
                        + count
                        + " of "
                        + profile
                        + "; the most that one has is "
                        + most.getAsInt()));
          }
        });
    return findings;
  }

  private static Optional<ResourceName> resourceOf(Subject subject, Profile profile) {
    return subject.request().profile().filter(profile::equals).isPresent()
        ? subject.resource()
        : subject.request().listed().keySet().stream()
            .filter(name -> name.profile().filter(profile::equals).isPresent())
            .findFirst();
  }
}
