package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes what nodes carry as their agents will: a {@code VgpuNode}, a Lease that says that the
 * agent lives, and an annotation on the Node, whose change wakes pending pods. The product must be
 * installed. Closing it takes the inventories away; the Leases go with the product's namespace.
 */
final class Inventories implements AutoCloseable {
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String DEFINITION = "vgpunodes.vgpu-steward.io";

  private static final String INVENTORIES = "/apis/vgpu-steward.io/v1alpha1/vgpunodes";
  private static final String LEASES =
      "/apis/coordination.k8s.io/v1/namespaces/" + Product.NAMESPACE + "/leases";

  private final Rig rig;
  private final Kubectl kubectl;
  private final AtomicInteger changes = new AtomicInteger();

  Inventories(Rig rig) {
    this.rig = rig;
    kubectl = rig.kubectl();
    kubectl.ok("wait", "--for=condition=Established", "crd/" + DEFINITION, "--timeout=30s");
  }

  /** Publishes them, with agents that live now. */
  void publish(Inventory... inventories) {
    publish(List.of(inventories));
  }

  /** The same of many. */
  void publish(List<Inventory> inventories) {
    // First, because the program is in no hurry to look at a Lease, and is with an inventory.
    heartbeat(inventories.stream().map(Inventory::node).toList(), Instant.now());
    List<ObjectNode> objects = inventories.stream().map(Inventory::object).toList();
    rig.api().apply(INVENTORIES, "", objects);
    rig.api().apply(INVENTORIES, "/status", objects);
  }

  /** Has the agents of nodes live last at this moment. */
  void heartbeat(List<String> nodes, Instant at) {
    rig.api().apply(LEASES, "", nodes.stream().map(node -> lease(node, at)).toList());
  }

  /** Changes the annotation on a Node, as its agent does whenever what it has published changes. */
  void wake(String node) {
    kubectl.ok(
        "annotate",
        "node",
        node,
        "--overwrite",
        "vgpu-steward.io/inventory=" + changes.incrementAndGet());
  }

  /** Takes the inventory of a node away. */
  void retract(String node) {
    kubectl.ok("delete", DEFINITION, node);
  }

  private static ObjectNode lease(String node, Instant at) {
    ObjectNode lease = JsonNodeFactory.instance.objectNode();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata");
    metadata.put("name", "vgpu-steward-agent-" + node).put("namespace", Product.NAMESPACE);
    metadata.putObject("labels").put("vgpu-steward.io/heartbeat", "true");
    lease
        .putObject("spec")
        .put("holderIdentity", node)
        .put("leaseDurationSeconds", 60)
        .put("renewTime", MICRO_TIME.format(at));
    return lease;
  }

  @Override
  public void close() {
    kubectl.ok("delete", DEFINITION, "--all", "--wait=false");
  }
}
