package io.vgpusteward.server.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.LauncherPod;
import io.vgpusteward.extender.explain.Explanation;
import io.vgpusteward.extender.explain.NextStep;
import io.vgpusteward.extender.explain.NodeAnswer;
import io.vgpusteward.extender.explain.Subject;
import io.vgpusteward.server.nodes.NodeFields;
import io.vgpusteward.vgpu.Profile;

/**
 * An explanation for machines, one document:
 *
 * <pre>
 * version      1; fields may be added under it, none changes or goes
 * subject      namespace, and kind and name of the guest, pod with the name of its pod, node with
 *              that pod's; each absent where there is none
 * asks         a list of resource, count, and profile where one is named
 * standing     a sentence: where it is
 * notes        more of them
 * nodes        a list of
 *   node         its name
 *   verdict      Fits, Lacks, CouldCarry, Ambiguous, Changing or Unknown
 *   why          a sentence
 *   schedulable  false where it is cordoned
 *   labelled     whether it has the labels that the guest requires; absent where it requires none
 *   inventory, carries, resources  as of the command nodes
 * otherNodes   how many have no GPU that is known
 * next         word (could-carry, no-free-device), node where it is about one, text
 * </pre>
 */
final class ExplanationJson {
  private static final int VERSION = 1;

  private ExplanationJson() {}

  static ObjectNode of(Explanation explanation) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    subject(document.putObject("subject"), explanation.subject());
    ArrayNode asks = document.putArray("asks");
    explanation
        .request()
        .resources()
        .forEach((resource, wanted) -> {
          ObjectNode one =
              asks.addObject().put("resource", resource.value()).put("count", wanted.count());
          wanted.profile().map(Profile::name).ifPresent(name -> one.put("profile", name));
        });
    document.put("standing", explanation.standing());
    ArrayNode notes = document.putArray("notes");
    explanation.notes().forEach(notes::add);
    ArrayNode nodes = document.putArray("nodes");
    explanation.nodes().forEach(node -> node(nodes.addObject(), node));
    document.put("otherNodes", explanation.otherNodes());
    NextStep next = explanation.next();
    ObjectNode step = document.putObject("next").put("word", next.word().label());
    if (!next.node().isEmpty()) {
      step.put("node", next.node());
    }
    step.put("text", next.text());
    return document;
  }

  private static void subject(ObjectNode node, Subject subject) {
    node.put("namespace", subject.namespace());
    subject
        .guest()
        .map(Guest::key)
        .ifPresent(key -> node.put("kind", key.kind().name()).put("name", key.name()));
    subject.pod().map(LauncherPod::name).ifPresent(name -> node.put("pod", name));
    subject.pod().flatMap(LauncherPod::node).ifPresent(name -> node.put("node", name));
  }

  private static void node(ObjectNode fields, NodeAnswer node) {
    fields
        .put("node", node.node())
        .put("verdict", node.verdict().word())
        .put("why", node.why())
        .put("schedulable", node.schedulable());
    if (!node.required().isEmpty()) {
      fields.put("labelled", node.lacking().isEmpty());
    }
    NodeFields.putInventory(fields, node.inventory(), node.freshness());
    NodeFields.putResources(fields, node.allocatable(), node.taken(), node::free);
  }
}
