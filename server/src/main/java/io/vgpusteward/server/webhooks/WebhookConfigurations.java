package io.vgpusteward.server.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The webhook configurations of the program, from the template {@code webhooks.yaml} beside this
 * class, which says what goes by the program and why.
 */
public final class WebhookConfigurations {
  private static final String TEMPLATE = "webhooks.yaml";
  private static final String URL = "${URL}";
  private static final String NAMESPACE = "${NAMESPACE}";
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  private final WebhookTarget target;
  private final Optional<String> caBundle;
  private final String namespace;
  private final Set<String> spared;
  private final boolean failOpen;

  /**
   * What is filled in.
   *
   * @param caBundle base64 of the certificates that the API server trusts; empty where another
   *     program writes them into the configurations
   * @param namespace of the release, which is never asked about
   * @param spared more such namespaces
   * @param failOpen whether requests pass that nobody answers, those of guests with a vGPU, too
   */
  public WebhookConfigurations(
      WebhookTarget target,
      Optional<String> caBundle,
      String namespace,
      Set<String> spared,
      boolean failOpen) {
    this.target = target;
    this.caBundle = caBundle;
    this.namespace = namespace;
    this.spared = Set.copyOf(spared);
    this.failOpen = failOpen;
  }

  /** The objects, one for each kind of configuration. */
  public List<ObjectNode> objects() {
    return template().stream().map(Manifest::object).map(this::filled).toList();
  }

  /** The objects as YAML, ready for kubectl. */
  public String yaml() {
    return objects().stream().map(ManifestWriter::write).collect(Collectors.joining("---\n"));
  }

  private static List<Manifest> template() {
    try (InputStream in = WebhookConfigurations.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + TEMPLATE);
      }
      return Manifests.read(TEMPLATE, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode filled(ObjectNode configuration) {
    for (JsonNode item : configuration.path("webhooks")) {
      ObjectNode webhook = (ObjectNode) item;
      String path = webhook.path("clientConfig").path("url").asText().substring(URL.length());
      ObjectNode clientConfig = target.clientConfig(path);
      caBundle.ifPresent(bundle -> clientConfig.put("caBundle", bundle));
      webhook.set("clientConfig", clientConfig);
      if (failOpen) {
        webhook.put("failurePolicy", "Ignore");
      }
      for (JsonNode expression : webhook.path("namespaceSelector").path("matchExpressions")) {
        if (expression.path("key").asText().equals(NAMESPACE_NAME)) {
          spare((ObjectNode) expression);
        }
      }
    }
    return configuration;
  }

  private void spare(ObjectNode expression) {
    JsonNode fixed = expression.path("values");
    ArrayNode values = expression.putArray("values");
    fixed.forEach(
        value -> values.add(value.asText().equals(NAMESPACE) ? namespace : value.asText()));
    spared.stream()
        .filter(name -> values.valueStream().noneMatch(value -> value.asText().equals(name)))
        .sorted()
        .forEach(values::add);
  }
}
