package io.vgpusteward.server.scheduler;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds fields that kube-scheduler does not know or that are of another type: it decodes strictly
 * and does not start (kube-scheduler config/v1 and component-base config/v1alpha1, v0.36).
 *
 * <p>Below {@code plugins} and {@code pluginConfig} it does not look.
 */
final class KnownFields {
  private enum Type {
    TEXT("a string"),
    WHOLE("a whole number"),
    NUMBER("a number"),
    FLAG("true or false"),
    OBJECT("an object"),
    LIST("a list");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    boolean is(JsonNode node) {
      return switch (this) {
        case TEXT -> node.isTextual();
        case WHOLE -> node.isIntegralNumber();
        case NUMBER -> node.isNumber();
        case FLAG -> node.isBoolean();
        case OBJECT -> node.isObject();
        case LIST -> node.isArray();
      };
    }
  }

  private static final Map<String, Type> TOP =
      Map.ofEntries(
          entry("apiVersion", Type.TEXT),
          entry("kind", Type.TEXT),
          entry("parallelism", Type.WHOLE),
          entry("leaderElection", Type.OBJECT),
          entry("clientConnection", Type.OBJECT),
          entry("enableProfiling", Type.FLAG),
          entry("enableContentionProfiling", Type.FLAG),
          entry("percentageOfNodesToScore", Type.WHOLE),
          entry("podInitialBackoffSeconds", Type.WHOLE),
          entry("podMaxBackoffSeconds", Type.WHOLE),
          entry("profiles", Type.LIST),
          entry("extenders", Type.LIST),
          entry("delayCacheUntilActive", Type.FLAG));

  private static final Map<String, Type> LEADER_ELECTION =
      Map.of(
          "leaderElect", Type.FLAG,
          "leaseDuration", Type.TEXT,
          "renewDeadline", Type.TEXT,
          "retryPeriod", Type.TEXT,
          "resourceLock", Type.TEXT,
          "resourceName", Type.TEXT,
          "resourceNamespace", Type.TEXT);

  private static final Map<String, Type> CLIENT_CONNECTION =
      Map.of(
          "kubeconfig", Type.TEXT,
          "acceptContentTypes", Type.TEXT,
          "contentType", Type.TEXT,
          "qps", Type.NUMBER,
          "burst", Type.WHOLE);

  private static final Map<String, Type> PROFILE =
      Map.of(
          "schedulerName", Type.TEXT,
          "percentageOfNodesToScore", Type.WHOLE,
          "plugins", Type.OBJECT,
          "pluginConfig", Type.LIST);

  private static final Map<String, Type> EXTENDER =
      Map.ofEntries(
          entry("urlPrefix", Type.TEXT),
          entry("filterVerb", Type.TEXT),
          entry("preemptVerb", Type.TEXT),
          entry("prioritizeVerb", Type.TEXT),
          entry("weight", Type.WHOLE),
          entry("bindVerb", Type.TEXT),
          entry("enableHTTPS", Type.FLAG),
          entry("tlsConfig", Type.OBJECT),
          entry("httpTimeout", Type.TEXT),
          entry("nodeCacheCapable", Type.FLAG),
          entry("managedResources", Type.LIST),
          entry("ignorable", Type.FLAG));

  private static final Map<String, Type> TLS_CONFIG =
      Map.of(
          "insecure", Type.FLAG,
          "serverName", Type.TEXT,
          "certFile", Type.TEXT,
          "keyFile", Type.TEXT,
          "caFile", Type.TEXT,
          "certData", Type.TEXT,
          "keyData", Type.TEXT,
          "caData", Type.TEXT);

  private static final Map<String, Type> MANAGED_RESOURCE =
      Map.of("name", Type.TEXT, "ignoredByScheduler", Type.FLAG);

  private final Findings findings;

  KnownFields(Findings findings) {
    this.findings = findings;
  }

  void check(Place root) {
    check(root, TOP);
    check(root.at("leaderElection"), LEADER_ELECTION);
    check(root.at("clientConnection"), CLIENT_CONNECTION);
    root.at("profiles").items().forEach(profile -> check(profile, PROFILE));
    for (Place extender : root.at("extenders").items()) {
      check(extender, EXTENDER);
      check(extender.at("tlsConfig"), TLS_CONFIG);
      extender.at("managedResources").items().forEach(each -> check(each, MANAGED_RESOURCE));
    }
  }

  private void check(Place place, Map<String, Type> known) {
    if (place.node().isObject()) {
      place.node().fieldNames().forEachRemaining(name -> check(place.at(name), name, known));
    } else if (place.isPresent() && place.path().endsWith("]")) {
      findings.error(place, "is not an object: kube-scheduler does not start", "write its fields");
    }
  }

  private void check(Place field, String name, Map<String, Type> known) {
    Type type = known.get(name);
    if (type == null) {
      findings.error(
          field,
          "is no field that kube-scheduler knows, and it does not start",
          meant(name, known)
              .map(meant -> "write " + meant)
              .orElse(
                  "remove it; known here are " + String.join(", ", new TreeSet<>(known.keySet()))));
    } else if (field.isPresent() && !type.is(field.node())) {
      findings.error(
          field,
          "is not " + type.words + ", and kube-scheduler does not start",
          "write " + type.words);
    }
  }

  private static Optional<String> meant(String name, Map<String, Type> known) {
    return known.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
  }
}
