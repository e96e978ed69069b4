package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ambiguous: there is enough, and still the kubelet may pick something else. */
record Doubt(Question question, Cause cause) implements Reason {
  /** Why, the first that holds. */
  enum Cause {
    OTHERS,
    UNREADABLE,
    WITHOUT_ID,
    TWO_PLUGINS,
    NOT_ADVERTISED,
    STALE,
    AGENT
  }

  static Optional<Doubt> of(Question question) {
    Devices devices = question.devices();
    if (!devices.areAlike(question.profile())) {
      return because(question, Cause.OTHERS);
    }
    if (devices.unreadable() > 0) {
      return because(question, Cause.UNREADABLE);
    }
    if (!devices.doubtful().isEmpty()) {
      return because(question, Cause.WITHOUT_ID);
    }
    if (question.source() == Served.Source.BOTH) {
      return because(question, Cause.TWO_PLUGINS);
    }
    if (question.allocatable() == 0) {
      return because(question, Cause.NOT_ADVERTISED);
    }
    if (question.allocatable() != devices.count()) {
      return because(question, Cause.STALE);
    }
    return question.supply().inventory().flatMap(NodeInventory::notAdvertised).isPresent()
        ? because(question, Cause.AGENT)
        : Optional.empty();
  }

  private static Optional<Doubt> because(Question question, Cause cause) {
    return Optional.of(new Doubt(question, cause));
  }

  @Override
  public String brief() {
    return switch (cause) {
      case OTHERS ->
          "some devices of "
              + question.resource()
              + question.profile().map(one -> " do not carry " + one).orElse(" are no vGPU");
      case UNREADABLE -> "VFs of " + question.resource() + " cannot be read";
      case WITHOUT_ID -> "GPUs whose PCI id is not known may belong to " + question.resource();
      case TWO_PLUGINS -> "two device plugins serve " + question.resource();
      case NOT_ADVERTISED -> question.resource() + " is not advertised";
      case STALE -> "stale devices of " + question.resource() + " are advertised";
      case AGENT -> "the node agent says that devices are not advertised rightly";
    };
  }

  @Override
  public String sentence() {
    return switch (cause) {
      case OTHERS -> others();
      case UNREADABLE ->
          "what a VF carries cannot be read, and the kubelet may pick it: "
              + Words.list(Words.unreadable(gpus()))
              + "; see the node agent's log on "
              + node();
      case WITHOUT_ID ->
          "the PCI id of "
              + Words.list(question.devices().doubtful().stream().map(Gpu::busId).toList())
              + " is not known, so KubeVirt may hand out what is on it as "
              + question.resource()
              + "; see the node agent's log on "
              + node();
      case TWO_PLUGINS ->
          "KubeVirt and another device plugin both serve "
              + question.resource()
              + ", and either may answer; take externalResourceProvider from the one entry, or"
              + " give the other one a name of its own";
      case NOT_ADVERTISED ->
          count()
              + ", but the kubelet of "
              + node()
              + " has no "
              + question.resource()
              + ": not advertised; restart virt-handler on that node";
      case STALE ->
          count()
              + ", but the kubelet of "
              + node()
              + " gives out "
              + question.allocatable()
              + " of "
              + question.resource()
              + ": stale; restart virt-handler on that node";
      case AGENT ->
          "the kubelet of "
              + node()
              + " does not give out just the VFs that carry a profile ("
              + question
                  .supply()
                  .inventory()
                  .flatMap(NodeInventory::notAdvertised)
                  .map(Words::quote)
                  .orElse("")
              + "); restart virt-handler on that node";
    };
  }

  private String others() {
    List<String> others = new ArrayList<>(Words.vfs(gpus(), question::isAnother));
    boolean carriesAnother =
        !Words.addresses(gpus(), vf -> question.isAnother(vf) && !vf.passedThrough()).isEmpty();
    others.addAll(Words.whole(gpus()));
    return "the kubelet may pick "
        + question.profile().map(one -> "a device without " + one).orElseGet(this::notAsked)
        + " for "
        + question.resource()
        + ": "
        + Words.list(others)
        + (carriesAnother
            ? "; have all of them carry it in " + Question.PROFILES
            : "; give what is passed through back to NVIDIA's driver");
  }

  private String notAsked() {
    return question.devices().detached() > 0 ? "a device that is no vGPU" : "a vGPU or a whole GPU";
  }

  private String count() {
    int count = question.devices().count();
    return Words.count(count, "function") + (count == 1 ? " is" : " are") + " there to give";
  }

  private String node() {
    return question.supply().node();
  }

  private List<Gpu> gpus() {
    return question.devices().gpus();
  }
}
