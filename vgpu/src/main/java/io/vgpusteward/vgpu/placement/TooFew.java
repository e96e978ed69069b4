package io.vgpusteward.vgpu.placement;

import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lacks or CouldCarry: fewer than are asked for carry what is wanted. */
record TooFew(Question question) implements Reason {
  @Override
  public String brief() {
    return question
            .profile()
            .map(one -> "too few VFs of " + question.resource() + " carry " + one)
            .orElse("too few devices of " + question.resource())
        + (couldDo() ? ", more could" : "");
  }

  @Override
  public String sentence() {
    Devices devices = question.devices();
    if (devices.gpus().isEmpty()) {
      return "the node has no GPU that KubeVirt hands out as " + question.resource() + ids();
    }
    return number() + (couldDo() ? possible() : others() + cure());
  }

  private boolean couldDo() {
    Devices devices = question.devices();
    return devices.matching(question.profile()) + devices.possible(question.profile())
        >= question.wanted().count();
  }

  private String ids() {
    ResourceName resource = question.resource();
    List<String> ids =
        question.supply().served().entries(resource).stream()
            .map(PermittedDevice::selector)
            .toList();
    return " (" + Words.list(ids) + ")";
  }

  private String number() {
    int matching = question.devices().matching(question.profile());
    Optional<String> profile = question.profile().map(Profile::name);
    return (matching == 0 ? "no VF" : Words.count(matching, "VF"))
        + " of "
        + question.resource()
        + (matching > 1 ? " carry " : " carries ")
        + profile.orElse("a profile")
        + ", and "
        + question.wanted().count()
        + (question.wanted().count() == 1 ? " is" : " are")
        + " asked for";
  }

  private String possible() {
    List<String> vfs = Words.addresses(question.devices().gpus(), question::isPossible);
    return "; "
        + Words.list(vfs)
        + " could, and "
        + (vfs.size() == 1 ? "carries" : "carry")
        + " nothing: set "
        + (vfs.size() == 1 ? "it" : "them")
        + " in "
        + Question.PROFILES;
  }

  private String others() {
    List<Gpu> gpus = question.devices().gpus();
    List<String> others = new ArrayList<>(Words.vfs(gpus, question::isAnother));
    others.addAll(Words.whole(gpus));
    return others.isEmpty() ? "" : "; " + Words.list(others);
  }

  private String cure() {
    Optional<Profile> profile = question.profile();
    Optional<NodeInventory> inventory = question.supply().inventory();
    if (profile.isPresent() && inventory.filter(node -> node.rulesOut(profile.get())).isPresent()) {
      return "; no GPU of the node knows that profile";
    }
    return "; set more VFs to " + (profile.isPresent() ? "it" : "one") + " in " + Question.PROFILES;
  }
}
