package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.advertised.Cause.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why KubeVirt offers something else than it should, where it is KubeVirt's to offer.
 *
 * @param startup for how long after its start virt-handler may not have told the kubelet
 */
record Absence(Scene scene, Duration startup) {
  List<Cause> of(Offer offer) {
    List<Cause> causes = new ArrayList<>();
    if (offer.touches(scene.changing())) {
      return List.of(changing(offer));
    }
    if (offer.isStale()) {
      causes.add(
          scene
              .virtHandler()
              .map(pod -> stale(offer, pod))
              .orElseGet(() ->
                  Causes.of(
                      Kind.StaleDevices,
                      offer.resource(),
                      offer.stale(),
                      still(offer) + ", and no virt-handler is on this node to say otherwise",
                      daemonSet())));
    }
    if (!offer.missing().isEmpty()) {
      causes.add(missing(offer));
    }
    return causes;
  }

  private static Cause changing(Offer offer) {
    return Causes.of(
        Kind.Changing,
        offer.resource(),
        offer.missing(),
        "virtual functions of " + offer.resource() + " are about to change",
        "wait for it");
  }

  private Cause missing(Offer offer) {
    String functions = Words.addresses(offer.missing());
    Optional<KubeVirtVersion> version =
        scene.kubeVirt().flatMap(KubeVirtFacts::version).flatMap(KubeVirtVersion::parse);
    if (version.filter(KubeVirtVersion::isTooOld).isPresent()) {
      return Causes.of(
          Kind.KubeVirtTooOld,
          offer.resource(),
          offer.missing(),
          "KubeVirt "
              + version.get()
              + " offers no vGPU that is a virtual function, and says nothing, so nobody gets "
              + functions,
          "update KubeVirt to v1.9.0 or newer");
    }
    return scene
        .virtHandler()
        .map(pod -> missing(offer, pod))
        .orElseGet(() ->
            Causes.of(
                Kind.NoVirtHandler,
                offer.resource(),
                offer.missing(),
                "no virt-handler is on this node, so nobody offers " + functions,
                daemonSet()));
  }

  private Cause missing(Offer offer, VirtHandler pod) {
    if (isStarting(pod)) {
      return starting(offer, pod);
    }
    Instant started = pod.started().orElseThrow();
    List<GpuFunction> late = offer.missing().stream().filter(one -> isLater(one, started)).toList();
    return late.isEmpty()
        ? Causes.of(
            Kind.Unexplained,
            offer.resource(),
            offer.missing(),
            "KubeVirt does not offer "
                + Words.addresses(offer.missing())
                + " as "
                + offer.resource()
                + ", although virt-handler started at "
                + started
                + ", when they carried something",
            log(pod))
        : Causes.of(
            Kind.ScannedTooEarly,
            offer.resource(),
            late,
            "virt-handler started at "
                + started
                + " and looked once, before "
                + Words.addresses(late)
                + " carried anything or before that was permitted, so nobody gets "
                + (late.size() == 1 ? "it" : "them")
                + " as "
                + offer.resource(),
            restart(pod));
  }

  private Cause stale(Offer offer, VirtHandler pod) {
    if (isStarting(pod)) {
      return starting(offer, pod);
    }
    Instant started = pod.started().orElseThrow();
    boolean hasLooked =
        !offer.stale().isEmpty() && offer.stale().stream().noneMatch(one -> isLater(one, started));
    return hasLooked
        ? Causes.of(
            Kind.Unexplained,
            offer.resource(),
            offer.stale(),
            still(offer) + ", although virt-handler has started since, at " + started,
            log(pod))
        : Causes.of(Kind.StaleDevices, offer.resource(), offer.stale(), still(offer), restart(pod));
  }

  private static String still(Offer offer) {
    String what =
        offer.stale().isEmpty()
            ? offer.gone().isEmpty()
                ? offer.surplus() + " more than there should be"
                : "IOMMU groups that are gone (" + Words.list(offer.gone()) + ")"
            : Words.addresses(offer.stale()) + " with nothing to give";
    return "the kubelet still gives out " + what + " as " + offer.resource();
  }

  private String daemonSet() {
    return "see the node selector, tolerations and events of DaemonSet virt-handler"
        + scene.kubeVirt().map(it -> " in namespace " + it.namespace()).orElse("");
  }

  private static Cause starting(Offer offer, VirtHandler pod) {
    return Causes.of(
        Kind.VirtHandlerStarting,
        offer.resource(),
        offer.missing(),
        pod.started()
            .map(at -> "virt-handler started at " + at + " and may not have looked yet")
            .orElse("virt-handler does not run"),
        pod.started().map(at -> "wait for it").orElse(log(pod)));
  }

  private boolean isStarting(VirtHandler pod) {
    return pod.started().filter(at -> !at.plus(startup).isAfter(scene.now())).isEmpty();
  }

  /** Whether the function, or what is permitted, may have become what it is after the moment. */
  private boolean isLater(GpuFunction function, Instant moment) {
    Sightings.Seen seen = scene.typed().get(function.busId());
    return seen == null || seen.since().isAfter(moment) || scene.permittedSince().isAfter(moment);
  }

  private static String restart(VirtHandler pod) {
    return "restart virt-handler on this node, which no running machine notices (kubectl delete pod"
        + " -n "
        + pod.namespace()
        + " "
        + pod.pod()
        + ")";
  }

  private static String log(VirtHandler pod) {
    return "see kubectl logs -n " + pod.namespace() + " " + pod.pod();
  }
}
