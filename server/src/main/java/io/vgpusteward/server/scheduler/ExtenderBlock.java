package io.vgpusteward.server.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.extender.http.ExtenderRoutes;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Our entry in {@code extenders} of a KubeSchedulerConfiguration (kube-scheduler config/v1).
 *
 * <p>It reads certificates from files, of which kube-scheduler reloads the client's pair, and never
 * from the configuration itself. The marker is the one managed resource, so that no other pod is
 * sent; NodeResourcesFit passes it over, since no node offers it.
 *
 * @param host an address or a name, an IPv6 address without brackets
 * @param serverName which the certificate of the extender is for
 * @param caFile PEM, where kube-scheduler runs
 * @param client its own certificate; empty where the extender asks for none
 * @param weight of our scores from 0 to 10: one point counts as much as {@code weight} points of a
 *     plugin of weight 1 that go from 0 to 100, times ten
 */
record ExtenderBlock(
    String host,
    int port,
    String serverName,
    String caFile,
    Optional<ClientFiles> client,
    int weight) {
  /** The path below which the extender answers. */
  static final String PATH = ExtenderRoutes.PATH;

  static final String FILTER = "filter";
  static final String PRIORITIZE = "prioritize";
  static final String PREEMPT = "preempt";

  /**
   * The longest wait for an answer. Calls stand in the one scheduling cycle: while the extender is
   * a black hole, every pod of that scheduler waits as long.
   */
  static final String TIMEOUT = "1s";

  /** What the names of our Services and certificates begin with, where nobody chose others. */
  private static final String NAME = "vgpu-steward";

  /** The PEM files of kube-scheduler's client certificate. */
  record ClientFiles(String certificate, String key) {}

  ObjectNode json() {
    ObjectNode block = JsonNodeFactory.instance.objectNode();
    block.put(
        "urlPrefix",
        "https://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port + PATH);
    block.put("filterVerb", FILTER);
    block.put("prioritizeVerb", PRIORITIZE);
    block.put("preemptVerb", PREEMPT);
    block.put("weight", weight);
    block.put("enableHTTPS", true);
    ObjectNode tls = block.putObject("tlsConfig");
    tls.put("serverName", serverName);
    tls.put("caFile", caFile);
    client.ifPresent(files -> {
      tls.put("certFile", files.certificate());
      tls.put("keyFile", files.key());
    });
    block.put("httpTimeout", TIMEOUT);
    block.put("nodeCacheCapable", true);
    block
        .putArray("managedResources")
        .addObject()
        .put("name", Keys.FRAMEBUFFER_GIB)
        .put("ignoredByScheduler", true);
    block.put("ignorable", false);
    return block;
  }

  /**
   * Whether an extender is meant to be this program: it manages the marker, or it is called by our
   * name, or at our path with our verb.
   */
  static boolean isOurs(JsonNode extender) {
    Place place = Place.root(extender);
    if (place.at("managedResources").items().stream()
        .anyMatch(resource -> resource.at("name").text().equals(Keys.FRAMEBUFFER_GIB))) {
      return true;
    }
    URI url = url(place.at("urlPrefix")).orElse(URI.create(""));
    return host(url).startsWith(NAME)
        || place.at("tlsConfig", "serverName").text().startsWith(NAME)
        || (withoutSlash(url).equals(PATH)
            && List.of(FILTER, "").contains(place.at("filterVerb").text()));
  }

  /** The URL, where it is one with a host. */
  static Optional<URI> url(Place urlPrefix) {
    try {
      return Optional.of(URI.create(urlPrefix.text())).filter(url -> url.getHost() != null);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The host, an IPv6 address without brackets; empty where there is none. */
  static String host(URI url) {
    String host = url.getHost();
    return host == null ? "" : host.replaceAll("[\\[\\]]", "");
  }

  /** The path as kube-scheduler puts a verb behind it. */
  static String withoutSlash(URI url) {
    String path = url.getPath();
    return path == null ? "" : path.replaceAll("/+$", "");
  }
}
