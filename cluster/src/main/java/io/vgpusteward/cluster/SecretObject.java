package io.vgpusteward.cluster;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** The namespace, the name and the keys. */
  @Override
  public String toString() {
    return "Secret " + namespace + "/" + name + " " + new TreeMap<>(data).keySet();
  }
}
