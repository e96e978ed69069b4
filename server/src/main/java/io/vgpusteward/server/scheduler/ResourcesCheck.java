package io.vgpusteward.server.scheduler;

import io.vgpusteward.cluster.Keys;
import io.vgpusteward.vgpu.ResourceName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which pods are sent to which extender, and which resources nobody counts for it. */
final class ResourcesCheck {
  private static final String MARKER = "name: " + Keys.FRAMEBUFFER_GIB;

  private final Profiles profiles;
  private final Findings findings;

  ResourcesCheck(Profiles profiles, Findings findings) {
    this.profiles = profiles;
    this.findings = findings;
  }

  /** The managed resources of our extender. */
  void ours(Place extender) {
    Place list = extender.at("managedResources");
    List<Place> resources = list.items();
    if (resources.isEmpty()) {
      findings.error(
          list,
          "is empty, so every pod of this scheduler is sent to vgpu-steward and waits for it",
          "write one item, " + MARKER + " with ignoredByScheduler: true");
      return;
    }
    if (resources.stream().noneMatch(ResourcesCheck::isMarker)) {
      findings.error(
          list,
          "lacks "
              + Keys.FRAMEBUFFER_GIB
              + ", which every vGPU pod requests: those without another"
              + " resource of this list are never sent to vgpu-steward",
          "add an item, " + MARKER + " with ignoredByScheduler: true");
    }
    Set<String> seen = new HashSet<>();
    for (Place resource : resources) {
      if (!seen.add(resource.at("name").text())) {
        findings.error(
            resource.at("name"), "stands here twice: kube-scheduler does not start", "remove one");
      } else if (isMarker(resource)) {
        marker(resource);
      } else {
        other(resource);
      }
    }
  }

  private void marker(Place resource) {
    boolean isIgnored = resource.at("ignoredByScheduler").isTrue();
    if (!isIgnored && !profiles.allIgnore(Keys.FRAMEBUFFER_GIB)) {
      findings.error(
          resource.at("ignoredByScheduler"),
          "no node offers this resource, so NodeResourcesFit refuses every node and vGPU pods wait"
              + " for ever",
          "write true");
    }
  }

  private void other(Place resource) {
    String name = resource.at("name").text();
    if (resource.at("ignoredByScheduler").isTrue()) {
      notCounted(resource, name);
    } else {
      findings.warning(
          resource.at("name"),
          "vGPU pods have "
              + Keys.FRAMEBUFFER_GIB
              + "; by this item others with "
              + name
              + " are sent as well, and wait when vgpu-steward does not answer",
          "remove the item");
    }
  }

  /** What another extender does to vGPU pods. */
  void others(Place extender) {
    List<Place> resources = extender.at("managedResources").items();
    for (Place resource : resources) {
      String name = resource.at("name").text();
      if (isVgpu(name) && resource.at("ignoredByScheduler").isTrue()) {
        notCounted(resource, name);
      }
    }
    boolean getsVgpuPods =
        resources.isEmpty() || resources.stream().anyMatch(r -> isVgpu(r.at("name").text()));
    if (extender.at("bindVerb").hasText() && getsVgpuPods) {
      findings.warning(
          extender.at("bindVerb"),
          "this extender binds vGPU pods, too: what it does not bind never starts",
          "name in its managedResources what it is for");
    }
  }

  private void notCounted(Place resource, String name) {
    findings.error(
        resource.at("ignoredByScheduler"),
        "NodeResourcesFit does not count " + name + " any more, so two VMs are given one device",
        "write false");
  }

  private static boolean isVgpu(String resource) {
    return new ResourceName(resource).profile().isPresent();
  }

  private static boolean isMarker(Place resource) {
    return resource.at("name").text().equals(Keys.FRAMEBUFFER_GIB);
  }
}
