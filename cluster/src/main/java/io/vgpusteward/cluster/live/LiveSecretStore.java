package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.SecretReader;
import java.util.Optional;

/** Secrets of the API server, one request each; a replacement reads first. */
final class LiveSecretStore implements SecretStore {
  private final Api api;

  LiveSecretStore(Api api) {
    this.api = api;
  }

  @Override
  public Optional<SecretObject> get(String namespace, String name) {
    Names.check(namespace, name);
    return api.get(path(namespace, name)).map(LiveSecretStore::read);
  }

  @Override
  public SecretObject create(SecretObject secret) {
    Names.check(secret.namespace(), secret.name());
    try {
      return read(api.post(path(secret.namespace()), SecretReader.write(secret)));
    } catch (Api.Refused e) {
      throw e.code() == 409 ? new ConflictException(secret + " exists already") : e;
    }
  }

  @Override
  public SecretObject replace(SecretObject secret) {
    Names.check(secret.namespace(), secret.name());
    String path = path(secret.namespace(), secret.name());
    ObjectNode object = api.get(path).orElseThrow(() -> gone(secret));
    SecretObject now = read(object);
    if (!now.uid().equals(secret.uid())
        || !now.resourceVersion().equals(secret.resourceVersion())) {
      throw changed(secret);
    }
    SecretReader.edit(object, secret);
    try {
      return read(api.put(path, object));
    } catch (Api.Refused e) {
      throw e.code() == 409 ? changed(secret) : e.code() == 404 ? gone(secret) : e;
    }
  }

  @Override
  public void delete(SecretObject secret) {
    Names.check(secret.namespace(), secret.name());
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options
        .putObject("preconditions")
        .put("uid", secret.uid())
        .put("resourceVersion", secret.resourceVersion());
    try {
      api.delete(path(secret.namespace(), secret.name()), options);
    } catch (Api.Refused e) {
      if (e.code() == 409) {
        throw changed(secret);
      }
      if (e.code() != 404) {
        throw e;
      }
    }
  }

  private static SecretObject read(ObjectNode object) {
    return SecretReader.read(object, problem -> {});
  }

  private static ConflictException gone(SecretObject secret) {
    return new ConflictException(secret + " has gone");
  }

  private static ConflictException changed(SecretObject secret) {
    return new ConflictException(secret + " has changed since it was read");
  }

  private static String path(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/secrets";
  }

  private static String path(String namespace, String name) {
    return path(namespace) + "/" + name;
  }
}
