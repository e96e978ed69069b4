package io.vgpusteward.server.webhooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where the API server reaches the program: {@code clientConfig} of each webhook. */
public sealed interface WebhookTarget {
  /** The configuration for a path that begins with a slash, without a caBundle. */
  ObjectNode clientConfig(String path);

  /**
   * An address, for an API server that can reach it.
   *
   * @param url {@code https://host:port}, without a path
   */
  record Url(String url) implements WebhookTarget {
    @Override
    public ObjectNode clientConfig(String path) {
      return JsonNodeFactory.instance.objectNode().put("url", url + path);
    }
  }

  /** A Service of the cluster. */
  record Service(String namespace, String name, int port) implements WebhookTarget {
    @Override
    public ObjectNode clientConfig(String path) {
      ObjectNode config = JsonNodeFactory.instance.objectNode();
      config
          .putObject("service")
          .put("namespace", namespace)
          .put("name", name)
          .put("port", port)
          .put("path", path);
      return config;
    }
  }
}
