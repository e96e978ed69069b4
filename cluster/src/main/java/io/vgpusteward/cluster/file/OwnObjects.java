package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this program writes of objects that are no Secrets and no Events: {@code
 * .vgpu-steward/<plural>/<name>.yaml}, one object a file. Calls do I/O and throw {@link
 * ClusterException}; several processes may have one folder open.
 */
public final class OwnObjects {
  private final StoreFolder store;

  /** Those of a folder that is a cluster. */
  public OwnObjects(Path folder) {
    store = new StoreFolder(folder);
  }

  /** The object; empty where there is none. */
  public Optional<ObjectNode> get(String plural, String name) {
    Path file = file(plural, name);
    return Files.exists(file)
        ? Manifests.read(file).stream().findFirst().map(manifest -> manifest.object())
        : Optional.empty();
  }

  /** Writes the object in place of the one that is there. */
  public void put(String plural, String name, ObjectNode object) {
    Path file = file(plural, name);
    store.locked(() -> {
      store.write(
          store.resolve(plural), file.getFileName().toString(), ManifestWriter.write(object));
      return true;
    });
  }

  /** Deletes the object; whether there was one. */
  public boolean delete(String plural, String name) {
    Path file = file(plural, name);
    return store.locked(() -> Files.deleteIfExists(file));
  }

  private Path file(String plural, String name) {
    Names.check(plural, name);
    return store.resolve(plural, name + ".yaml");
  }
}
