package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.SecretReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Secrets as manifests in {@code .vgpu-steward/secrets/<namespace>/<name>.yaml}; what is not there
 * is read from the user's files, which are never written.
 */
final class FileSecretStore implements SecretStore {
  private final StoreFolder store;
  private final BiFunction<String, String, Optional<Manifest>> users;

  /**
   * A store in the folder.
   *
   * @param users finds a Secret in the user's files, by namespace and name
   */
  FileSecretStore(StoreFolder store, BiFunction<String, String, Optional<Manifest>> users) {
    this.store = store;
    this.users = users;
  }

  @Override
  public Optional<SecretObject> get(String namespace, String name) {
    return stored(namespace, name)
        .or(() -> users.apply(namespace, name).map(Manifest::object))
        .map(object -> SecretReader.read(object, problem -> {}));
  }

  @Override
  public SecretObject create(SecretObject secret) {
    Names.check(secret.namespace(), secret.name());
    return store.locked(() -> {
      if (get(secret.namespace(), secret.name()).isPresent()) {
        throw new ConflictException(secret + " exists already");
      }
      ObjectNode object = SecretReader.write(secret);
      object.withObjectProperty("metadata").put("uid", UUID.randomUUID().toString());
      return write(secret, object, 1);
    });
  }

  @Override
  public SecretObject replace(SecretObject secret) {
    return store.locked(() -> {
      ObjectNode object = current(secret);
      SecretReader.edit(object, secret);
      return write(secret, object, Long.parseLong(secret.resourceVersion()) + 1);
    });
  }

  @Override
  public void delete(SecretObject secret) {
    Names.check(secret.namespace(), secret.name());
    store.locked(() -> {
      if (get(secret.namespace(), secret.name()).isPresent()) {
        current(secret);
        Files.delete(file(secret.namespace(), secret.name()));
      }
      return true;
    });
  }

  /** The stored manifest, if it is the one that was read. */
  private ObjectNode current(SecretObject secret) {
    Optional<ObjectNode> stored = stored(secret.namespace(), secret.name());
    if (stored.isEmpty()) {
      users
          .apply(secret.namespace(), secret.name())
          .ifPresent(manifest -> {
            throw new ClusterException(
                secret.namespace()
                    + "/"
                    + secret.name()
                    + " stands in "
                    + manifest.source()
                    + ":"
                    + manifest.line()
                    + ", a file that only its user writes");
          });
      throw new ConflictException(secret + " has gone");
    }
    SecretObject now = SecretReader.read(stored.get(), problem -> {});
    if (!now.uid().equals(secret.uid())
        || !now.resourceVersion().equals(secret.resourceVersion())) {
      throw new ConflictException(secret + " has changed since it was read");
    }
    return stored.get();
  }

  private Optional<ObjectNode> stored(String namespace, String name) {
    Names.check(namespace, name);
    Path file = file(namespace, name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<Manifest> manifests = Manifests.read(file);
    if (manifests.size() != 1) {
      throw new ClusterException(file + " does not hold one Secret");
    }
    return Optional.of(manifests.getFirst().object());
  }

  private SecretObject write(SecretObject secret, ObjectNode object, long version)
      throws IOException {
    object.withObjectProperty("metadata").put("resourceVersion", Long.toString(version));
    store.write(
        store.resolve("secrets", secret.namespace()),
        secret.name() + ".yaml",
        ManifestWriter.write(object));
    return SecretReader.read(object, problem -> {});
  }

  private Path file(String namespace, String name) {
    return store.resolve("secrets", namespace, name + ".yaml");
  }
}
