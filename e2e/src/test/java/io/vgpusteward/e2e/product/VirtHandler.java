package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * virt-handler of one node, as an agent sees it: the pod of a DaemonSet, which kubelet and
 * controllers treat as any other. KubeVirt's device controller runs beside it as a part of the
 * node, so a new pod and a restart of that part are what a restart of virt-handler is.
 */
final class VirtHandler implements AutoCloseable {
  private final Rig rig;
  private final SimulatedNode node;

  private VirtHandler(Rig rig, SimulatedNode node) {
    this.rig = rig;
    this.node = node;
  }

  /** Has it run on a node with the label {@code test: agent}. */
  static VirtHandler start(Rig rig, SimulatedNode node) {
    rig.kubectl().apply(Manifest.of("virt-handler.yaml"));
    VirtHandler handler = new VirtHandler(rig, node);
    Wait.until("virt-handler runs", () -> handler.running().isPresent());
    handler.awaitLook(1);
    return handler;
  }

  /** The uid of its pod, once that runs. */
  Optional<String> running() {
    return rig.api()
        .get("/api/v1/namespaces/kubevirt/pods?labelSelector=kubevirt.io=virt-handler")
        .path("items")
        .valueStream()
        .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
        .filter(pod -> !pod.at("/status/containerStatuses/0/state/running").isMissingNode())
        .map((JsonNode pod) -> pod.at("/metadata/uid").asText())
        .findFirst();
  }

  /** Does what becomes of the node when somebody deletes the pod that had this uid. */
  void followsRestartOf(String uid) {
    Wait.until(
        "somebody restarts virt-handler",
        () -> running().filter(now -> !now.equals(uid)).isPresent());
    long before = looks();
    node.restartPart("device-controller");
    awaitLook(before + 1);
  }

  /** Only what it has seen at its start is what it offers, and it takes seconds to start. */
  private void awaitLook(long count) {
    Wait.until("virt-handler has looked at the devices", () -> looks() >= count);
  }

  /** How often it has looked for devices, by its own log. */
  private long looks() {
    try (Stream<String> lines = Files.lines(node.logs().resolve("device-controller.log"))) {
      return lines.filter(line -> line.contains("enabled device-plugins for")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Restarts it. */
  void restart() {
    String before = running().orElseThrow();
    rig.kubectl()
        .ok("delete", "pod", "-n", "kubevirt", "-l", "kubevirt.io=virt-handler", "--wait=false");
    followsRestartOf(before);
  }

  @Override
  public void close() {
    rig.kubectl().ok("delete", "daemonset", "-n", "kubevirt", "virt-handler", "--wait=false");
  }
}
