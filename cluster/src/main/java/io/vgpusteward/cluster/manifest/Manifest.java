package io.vgpusteward.cluster.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One object of a YAML file.
 *
 * @param source the file as the caller named it, or {@code -} for a stream
 * @param line the line of the file on which the object begins, from 1
 * @param object the object itself, unknown fields included
 */
public record Manifest(String source, int line, ObjectNode object) {
  /** The place and the kind: an object may be a Secret, which belongs in no log. */
  @Override
  public String toString() {
    return source + ":" + line + " " + object.path("kind").asText("?");
  }
}
