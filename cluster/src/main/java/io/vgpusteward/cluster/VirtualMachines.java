package io.vgpusteward.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The VirtualMachines of a cluster, whole and one by one, for commands that people run with their
 * own rights. It follows nothing, so it needs no right to watch. All of it may do I/O and throws
 * {@link ClusterException} when the cluster does not answer or refuses.
 */
public interface VirtualMachines extends AutoCloseable {
  /**
   * All of them, in no order.
   *
   * @param namespace the only one that counts; empty for all
   */
  List<Guest> list(Optional<String> namespace);

  /** The labels of a namespace; none where it is not there. */
  Map<String, String> namespaceLabels(String namespace);

  /** The whole object, if there is one. */
  Optional<ObjectNode> find(String namespace, String name);

  /** Whether {@link #replace} writes. */
  boolean isWritable();

  /**
   * Replaces an object that was found before, and returns it as it is stored then; empty where
   * somebody wrote it meanwhile, which its {@code resourceVersion} tells.
   *
   * @throws ClusterException when the API server refuses, with its words, or the object is gone
   */
  Optional<ObjectNode> replace(ObjectNode object);

  @Override
  void close();
}
