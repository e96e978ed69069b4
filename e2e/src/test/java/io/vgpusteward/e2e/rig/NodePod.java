package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;

/**
 * A pod's sandbox on a node, and what the kubelet handed over for its containers.
 *
 * @param ready false once it is stopped; the kubelet removes it within a minute
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodePod(
    String namespace,
    String name,
    Map<String, String> labels,
    Map<String, String> annotations,
    boolean ready,
    List<Container> containers) {
  /**
   * A container.
   *
   * @param state {@code created}, {@code running} or {@code exited}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Container(
      String name,
      String image,
      List<String> command,
      List<String> args,
      Map<String, String> environment,
      List<Device> devices,
      List<Mount> mounts,
      Map<String, String> annotations,
      String state,
      int exitCode) {}

  /** A device node, by its paths in the container and on the node. */
  public record Device(String container, String host, String permissions) {}

  /** A file or folder, by its paths in the container and on the node. */
  public record Mount(String container, String host, boolean readOnly) {}

  /** The newest container of a name. */
  public Container container(String containerName) {
    return containers.reversed().stream()
        .filter(container -> container.name().equals(containerName))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(name + " has no container " + containerName));
  }
}
