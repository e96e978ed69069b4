package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Pki.Pair;
import java.nio.file.Path;

/** A KubeSchedulerConfiguration of one profile, as a test writes it. Not thread-safe. */
public final class SchedulerConfiguration {
  private final ObjectNode configuration = JsonNodeFactory.instance.objectNode();

  /** Schedules the pods that name this scheduler, by Kubernetes' default plugins. */
  public SchedulerConfiguration(Rig rig, String schedulerName) {
    configuration
        .put("apiVersion", "kubescheduler.config.k8s.io/v1")
        .put("kind", "KubeSchedulerConfiguration");
    configuration
        .putObject("clientConnection")
        .put("kubeconfig", KubeScheduler.kubeconfig(rig).toString());
    configuration.putArray("profiles").addObject().put("schedulerName", schedulerName);
  }

  /** Looks again at what could not be scheduled after a second at most, instead of ten. */
  public SchedulerConfiguration impatient() {
    configuration.put("podInitialBackoffSeconds", 1).put("podMaxBackoffSeconds", 1);
    return this;
  }

  /**
   * Asks an extender about pods with a resource, which it does not count itself.
   *
   * @param url the verbs {@code filter}, {@code prioritize} and {@code preempt} are below it
   * @param authority whom the extender's certificate is from
   * @param client what it shows to the extender
   */
  public SchedulerConfiguration withExtender(
      String url, Path authority, Pair client, String managedResource) {
    ObjectNode extender = configuration.withArray("extenders").addObject();
    extender
        .put("urlPrefix", url)
        .put("filterVerb", "filter")
        .put("prioritizeVerb", "prioritize")
        .put("preemptVerb", "preempt")
        .put("weight", 10)
        .put("enableHTTPS", true)
        .put("httpTimeout", "1s")
        .put("nodeCacheCapable", true)
        .put("ignorable", false);
    extender
        .putObject("tlsConfig")
        .put("caFile", authority.toString())
        .put("certFile", client.certificate().toString())
        .put("keyFile", client.key().toString());
    extender
        .putArray("managedResources")
        .addObject()
        .put("name", managedResource)
        .put("ignoredByScheduler", true);
    return this;
  }

  @Override
  public String toString() {
    return configuration.toPrettyString();
  }
}
