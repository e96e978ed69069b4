package io.vgpusteward.webhook.check;

import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Rule;
import java.util.ArrayList;
import java.util.List;
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
        .forEach((profile, count) ->
            judge(
                findings,
                subject.fieldOf(profile),
                profile.name(),
                count,
                subject.supply().most(profile)));
    if (findings.isEmpty()) {
      subject
          .resources()
          .forEach((resource, count) ->
              judge(
                  findings,
                  subject.resource().filter(resource::equals).isPresent()
                      ? subject.fieldOf(subject.request().profile().orElseThrow())
                      : fieldOf(subject, resource.value()),
                  resource.value(),
                  count,
                  subject.supply().most(resource)));
    }
    return findings;
  }

  private static String fieldOf(Subject subject, String resource) {
    return subject.devices().stream()
        .filter(device -> device.resource().value().equals(resource))
        .map(Subject.Device::field)
        .findFirst()
        .orElse("spec");
  }

  private static void judge(
      List<Finding> findings, String field, String what, int count, OptionalInt most) {
    if (most.isPresent() && count > most.getAsInt()) {
      findings.add(
          new Finding(
              Rule.TOO_MANY,
              field
                  + ": no node can give "
                  + count
                  + " of "
                  + what
                  + "; the most that one has is "
                  + most.getAsInt()));
    }
  }
}
