package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An object by its names.
 *
 * @param name what {@code generateName} says where there is no name
 */
record Subject(String apiVersion, String kind, String namespace, String name) {
  /**
   * The names of an object.
   *
   * @param defaultNamespace of an object that names none
   */
  static Subject of(ObjectNode object, String defaultNamespace) {
    String name = object.path("metadata").path("name").asText();
    String namespace = object.path("metadata").path("namespace").asText();
    return new Subject(
        object.path("apiVersion").asText(),
        object.path("kind").asText(),
        namespace.isEmpty() ? defaultNamespace : namespace,
        name.isEmpty() ? object.path("metadata").path("generateName").asText() : name);
  }

  private String group() {
    return apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
  }

  /** Whether both are one object of the API, in whatever version each is written. */
  boolean isSameAs(Subject other) {
    return group().equals(other.group())
        && kind.equals(other.kind)
        && namespace.equals(other.namespace)
        && name.equals(other.name);
  }

  /** Kind, namespace and name, for people. */
  @Override
  public String toString() {
    return (kind.isEmpty() ? "?" : kind) + " " + namespace + "/" + name;
  }
}
