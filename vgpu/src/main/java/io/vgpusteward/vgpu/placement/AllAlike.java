package io.vgpusteward.vgpu.placement;

/** Fits: whatever the kubelet picks is right. */
record AllAlike(Question question) implements Reason {
  @Override
  public String brief() {
    return question
        .profile()
        .map(one -> "all devices of " + question.resource() + " carry " + one)
        .orElse("any device of " + question.resource() + " will do");
  }

  @Override
  public String sentence() {
    String all = Words.count(question.devices().count(), "device") + " of " + question.resource();
    return question
        .profile()
        .map(one -> "all of the " + all + " carry " + one)
        .orElse("any of the " + all + " will do, since no profile is named");
  }
}
