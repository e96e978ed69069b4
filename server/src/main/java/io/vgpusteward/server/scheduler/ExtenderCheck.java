package io.vgpusteward.server.scheduler;

import io.vgpusteward.server.config.ExtenderOptions;
import io.vgpusteward.webhook.admission.GoDuration;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** How kube-scheduler calls our extender: where, what for, how long, and what its scores weigh. */
final class ExtenderCheck {
  /** What one point of our scores needs to outvote a plugin of weight 1 altogether. */
  private static final int WEIGHT = 10;

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final String URL_FIX =
      "write https://<ClusterIP of vgpu-steward's Service>:"
          + ExtenderOptions.PORT
          + ExtenderBlock.PATH;

  private final Place extender;
  private final Findings findings;

  ExtenderCheck(Place extender, Findings findings) {
    this.extender = extender;
    this.findings = findings;
  }

  void check() {
    url();
    verbs();
    weight();
    timeout();
    if (extender.at("ignorable").isTrue()) {
      findings.error(
          extender.at("ignorable"),
          "while vgpu-steward does not answer, vGPU pods are placed by the number of devices alone,"
              + " on nodes whose VFs carry another profile",
          "write false: such pods wait then");
    }
    if (!extender.at("nodeCacheCapable").isTrue()) {
      findings.warning(
          extender.at("nodeCacheCapable"),
          "kube-scheduler sends every candidate node whole instead of its name, which takes most of"
              + " its speed in large clusters",
          "write true");
    }
  }

  private void url() {
    Place place = extender.at("urlPrefix");
    Optional<URI> url = ExtenderBlock.url(place);
    String scheme = url.map(URI::getScheme).orElse("");
    if (!scheme.equals("https") && !scheme.equals("http")) {
      findings.error(place, "is no URL that kube-scheduler can call", URL_FIX);
      return;
    }
    if (scheme.equals("http")) {
      findings.error(
          place,
          "vgpu-steward answers by HTTPS alone, so every call fails and vGPU pods wait",
          URL_FIX);
    }
    if (HostName.isOfTheClusterDns(ExtenderBlock.host(url.orElseThrow()))) {
      findings.warning(
          place,
          "a kube-scheduler that is a static pod, or has hostNetwork, does not resolve the names of"
              + " Services",
          "write the ClusterIP of the Service, or a loopback address, and set tlsConfig.serverName;"
              + " leave it where the scheduler's pod has dnsPolicy ClusterFirst");
    }
  }

  private void verbs() {
    verb(
        "filterVerb",
        ExtenderBlock.FILTER,
        true,
        "kube-scheduler never asks which nodes carry the profile, and goes by the number of devices"
            + " alone");
    verb(
        "preemptVerb",
        ExtenderBlock.PREEMPT,
        true,
        "kube-scheduler evicts pods on nodes where that does not help, for nothing");
    verb(
        "prioritizeVerb",
        ExtenderBlock.PRIORITIZE,
        false,
        "nodes are not scored: there is neither binpack nor spread");
    if (extender.at("bindVerb").hasText()) {
      findings.error(
          extender.at("bindVerb"),
          "leaves binding to vgpu-steward, which does not bind: no vGPU pod ever starts",
          "remove it");
    }
  }

  private void verb(String field, String verb, boolean isNeeded, String withoutIt) {
    Place place = extender.at(field);
    String fix = "write " + verb;
    if (!place.hasText()) {
      if (isNeeded) {
        findings.error(place, withoutIt, fix);
      } else {
        findings.warning(place, withoutIt, fix);
      }
      return;
    }
    // A URL that is none has its own finding.
    ExtenderBlock.url(extender.at("urlPrefix"))
        .map(url -> ExtenderBlock.withoutSlash(url) + "/" + place.text())
        .filter(called -> !called.equals(ExtenderBlock.PATH + "/" + verb))
        .ifPresent(called ->
            findings.error(
                place,
                "calls " + called + ", where vgpu-steward does not answer",
                fix + ", and let urlPrefix end in " + ExtenderBlock.PATH));
  }

  private void weight() {
    Place weight = extender.at("weight");
    if (!extender.at("prioritizeVerb").hasText()) {
      return;
    }
    if (weight.number() <= 0) {
      findings.error(
          weight,
          "must be a positive number beside prioritizeVerb: kube-scheduler does not start",
          "write " + WEIGHT);
    } else if (weight.number() < WEIGHT) {
      findings.warning(
          weight,
          "is so low that LeastAllocated and other plugins outvote binpack",
          "write " + WEIGHT);
    }
  }

  private void timeout() {
    Place place = extender.at("httpTimeout");
    String fix = "write " + ExtenderBlock.TIMEOUT;
    if (!place.isPresent()) {
      findings.error(
          place,
          "is 5s where it is not set: while the extender is a black hole, every pod of this"
              + " scheduler waits that long for each vGPU pod",
          fix);
      return;
    }
    Optional<Duration> timeout = GoDuration.parse(place.text());
    if (timeout.isEmpty()) {
      findings.error(place, "is no duration such as 1s", fix);
    } else if (timeout.get().isZero()) {
      findings.error(place, "is 5s where it is zero, as where it is not set", fix);
    } else if (timeout.get().compareTo(LONGEST) > 0) {
      findings.error(
          place,
          "is so long that every pod of this scheduler waits while the extender is a black hole",
          fix);
    } else if (timeout.get().compareTo(SHORTEST) < 0) {
      findings.warning(place, "is so short that a pause of either side fails the call", fix);
    }
  }
}
