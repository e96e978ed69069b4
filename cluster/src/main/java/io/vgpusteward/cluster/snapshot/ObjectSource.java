package io.vgpusteward.cluster.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.object.ObjectKind;
import java.util.List;

/** Where the objects of a snapshot come from. */
public interface ObjectSource extends AutoCloseable {
  /**
   * The objects of a kind that count, {@link Reduction reduced}, in no order.
   *
   * @throws io.vgpusteward.cluster.ClusterException when not all of them can be had
   */
  List<ObjectNode> list(ObjectKind kind);

  @Override
  void close();
}
