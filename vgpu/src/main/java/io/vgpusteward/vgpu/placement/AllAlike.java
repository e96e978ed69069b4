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
    int count = question.devices().count();
    String devices = Words.count(count, "device") + " of " + question.resource();
    return question
        .profile()
        .map(one ->
            count == 1 ? "the " + devices + " carries " + one : "all " + devices + " carry " + one)
        .orElse((count == 1 ? "the " : "any of the ") + devices + " will do: no profile is named");
  }
}
