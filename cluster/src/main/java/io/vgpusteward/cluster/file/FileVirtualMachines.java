package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.VirtualMachines;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The VirtualMachines of a folder, whose files are the user's and are not written. */
public final class FileVirtualMachines implements VirtualMachines {
  private final FileCluster cluster;

  private FileVirtualMachines(FileCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Reads the folder.
   *
   * @throws ClusterException when there is no such folder or a file of it is broken
   */
  public static FileVirtualMachines open(Path folder) {
    return new FileVirtualMachines(FileCluster.open(folder));
  }

  @Override
  public List<Guest> list(Optional<String> namespace) {
    return cluster.view().guests().values().stream()
        .filter(guest -> guest.key().kind() == GuestKey.Kind.VirtualMachine)
        .filter(guest -> namespace.isEmpty() || guest.key().namespace().equals(namespace.get()))
        .toList();
  }

  @Override
  public Map<String, String> namespaceLabels(String namespace) {
    return cluster.view().namespaceLabels(namespace);
  }

  @Override
  public Optional<ObjectNode> find(String namespace, String name) {
    ObjectNode named = JsonNodeFactory.instance.objectNode();
    named.put("apiVersion", "kubevirt.io/v1").put("kind", "VirtualMachine");
    named.putObject("metadata").put("name", name);
    return cluster.stored(named, namespace);
  }

  @Override
  public boolean isWritable() {
    return false;
  }

  @Override
  public Optional<ObjectNode> replace(ObjectNode object) {
    throw new ClusterException("the files of this folder are not written; edit them");
  }

  @Override
  public void close() {
    cluster.close();
  }
}
