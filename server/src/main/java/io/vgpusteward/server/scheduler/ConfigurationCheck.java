package io.vgpusteward.server.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Finds what is wrong with a KubeSchedulerConfiguration as far as vGPU pods are concerned. */
final class ConfigurationCheck {
  static final String API_VERSION = "kubescheduler.config.k8s.io/v1";
  static final String KIND = "KubeSchedulerConfiguration";

  private ConfigurationCheck() {}

  /**
   * Looks at a configuration.
   *
   * @param schedulerName the scheduler that virtual machines are given, where that is known
   */
  static Findings of(ObjectNode configuration, Optional<String> schedulerName) {
    Findings findings = new Findings();
    Place root = Place.root(configuration);
    if (!isConfiguration(configuration)) {
      findings.error(
          root.at("kind"),
          "is not " + KIND,
          configuration.path("kind").asText().equals("ConfigMap")
              ? "check the file that is in the ConfigMap's data"
              : "write " + KIND);
      return findings;
    }
    if (!root.at("apiVersion").text().equals(API_VERSION)) {
      findings.error(
          root.at("apiVersion"), "kube-scheduler reads " + API_VERSION + " alone", "write that");
    }
    new KnownFields(findings).check(root);
    List<Place> extenders = root.at("extenders").items();
    List<Place> ours =
        extenders.stream().filter(each -> ExtenderBlock.isOurs(each.node())).toList();
    if (ours.isEmpty()) {
      findings.error(
          root.at("extenders"),
          "none is vgpu-steward, so nobody asks it where VMs go",
          "add what 'vgpu-steward scheduler-config --merge <this file>' prints");
    }
    ours.stream()
        .skip(1)
        .forEach(second ->
            findings.error(
                second,
                "is vgpu-steward once more, beside " + ours.getFirst().path(),
                "keep one of them"));
    ResourcesCheck resources = new ResourcesCheck(new Profiles(root), findings);
    for (Place extender : extenders) {
      if (ExtenderBlock.isOurs(extender.node())) {
        new ExtenderCheck(extender, findings).check();
        new TlsCheck(extender, findings).check();
        resources.ours(extender);
      } else {
        resources.others(extender);
      }
    }
    new ProfilesCheck(root, schedulerName, findings).check();
    return findings;
  }

  static boolean isConfiguration(JsonNode object) {
    return object.path("kind").asText().equals(KIND);
  }
}
