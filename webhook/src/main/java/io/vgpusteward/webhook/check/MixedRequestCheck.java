package io.vgpusteward.webhook.check;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.GpuRequestReader;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether the annotation and the lists of devices ask for different vGPUs: the guest gets all of
 * them, which is seldom meant. Listed devices of the annotation's own resource count for it.
 */
final class MixedRequestCheck implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    if (subject.request().profile().isEmpty()) {
      return List.of();
    }
    Profile profile = subject.request().profile().get();
    String others =
        subject.request().listed().keySet().stream()
            .filter(resource -> subject.resource().filter(resource::equals).isEmpty())
            .map(ResourceName::value)
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Rule.MIXED_REQUEST,
                GpuRequestReader.field(Keys.PROFILE)
                    + ": asks for "
                    + profile
                    + " beside the listed "
                    + others
                    + ", and it gets all of them; remove the annotation or the devices if only"
                    + " one was meant"));
  }
}
