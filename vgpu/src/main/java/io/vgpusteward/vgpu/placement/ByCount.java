package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Profile;
import java.util.stream.Collectors;

/** Any verdict on devices that no inventory knows: what is named, and how many there are. */
record ByCount(Question question) implements Reason {
  @Override
  public String brief() {
    if (question.allocatable() < question.wanted().count()) {
      return "too few devices of " + question.resource();
    }
    return isMistaken() || isMixed()
        ? question.resource() + " is served as " + names()
        : "enough devices of " + question.resource();
  }

  @Override
  public String sentence() {
    if (isMistaken() || isMixed()) {
      return question.resource()
          + " is served from devices that are "
          + names()
          + ", and "
          + question.profile().map(Profile::name).orElse("")
          + " is asked for; ask for a resource that is served as that alone";
    }
    String source =
        question.source() != Served.Source.FUNCTIONS
            ? " from another device plugin or mediated devices, which are what they are named"
            : ", none of which is a GPU that the node agent knows";
    return "the kubelet gives out "
        + Words.count(question.allocatable(), "device")
        + " of "
        + question.resource()
        + source
        + "; "
        + question.wanted().count()
        + (question.wanted().count() == 1 ? " is" : " are")
        + " asked for";
  }

  private boolean isMistaken() {
    return question.profile().filter(one -> !question.named().contains(one)).isPresent();
  }

  private boolean isMixed() {
    return question.profile().isPresent() && question.named().size() > 1;
  }

  private String names() {
    return question.named().isEmpty()
        ? "of no known profile"
        : question.named().stream().map(Profile::name).collect(Collectors.joining(" or "));
  }
}
