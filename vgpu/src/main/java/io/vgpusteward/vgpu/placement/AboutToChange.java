package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.util.List;

/** Changing: what the kubelet would pick may be something else a moment later. */
record AboutToChange(Question question) implements Reason {
  @Override
  public String brief() {
    return "VFs under " + question.resource() + " are being changed";
  }

  @Override
  public String sentence() {
    List<String> vfs =
        question.devices().gpus().stream()
            .flatMap(gpu -> gpu.vfs().stream())
            .filter(vf -> vf.state() == Vf.State.Changing)
            .map(AboutToChange::change)
            .toList();
    return "the node agent is about to change "
        + Words.list(vfs)
        + ", under "
        + question.resource()
        + "; the pod is tried again once that is done";
  }

  private static String change(Vf vf) {
    return vf.busId()
        + vf.current().map(profile -> " from " + profile).orElse("")
        + " to "
        + vf.desired().map(Profile::name).orElse("nothing");
  }
}
