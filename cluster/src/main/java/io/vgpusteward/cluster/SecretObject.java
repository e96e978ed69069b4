package io.vgpusteward.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A Secret with its content. {@link #toString} shows the name and the keys, never a value.
 *
 * @param uid empty before it is stored
 * @param resourceVersion empty before it is stored
 * @param data values by key, decoded; callers must not change the arrays
 */
public record SecretObject(
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    Map<String, String> labels,
    List<Owner> owners,
    Map<String, byte[]> data) {
  /** An owner reference, without {@code controller} and {@code blockOwnerDeletion}. */
  public record Owner(String apiVersion, String kind, String name, String uid) {}

  public SecretObject {
    labels = Map.copyOf(labels);
    owners = List.copyOf(owners);
    data = Map.copyOf(data);
  }

  /** Equal in all, the bytes of the values included. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretObject that
        && namespace.equals(that.namespace)
        && name.equals(that.name)
        && uid.equals(that.uid)
        && resourceVersion.equals(that.resourceVersion)
        && labels.equals(that.labels)
        && owners.equals(that.owners)
        && data.keySet().equals(that.data.keySet())
        && data.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), that.data.get(entry.getKey())));
  }

  @Override
  public int hashCode() {
    return Objects.hash(namespace, name, uid, resourceVersion, labels, owners, data.keySet());
  }

  /** The namespace, the name and the keys. */
  @Override
  public String toString() {
    return "Secret " + namespace + "/" + name + " " + new TreeMap<>(data).keySet();
  }
}
