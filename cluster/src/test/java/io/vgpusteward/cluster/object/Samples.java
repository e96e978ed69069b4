package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Objects from the folder of test objects, and from text. */
final class Samples {
  private Samples() {}

  static ObjectNode named(String file) throws Exception {
    String path = "/objects/" + file + ".yaml";
    try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(path), path)) {
      return Manifests.read(file, in).getFirst().object();
    }
  }

  static ObjectNode yaml(String text) {
    return Manifests.read("-", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
        .getFirst()
        .object();
  }
}
