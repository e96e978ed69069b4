package io.vgpusteward.server.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.review.Remark;

/**
 * A report for machines, one JSON document:
 *
 * <pre>
 * version   1; fields may be added under it, none changes or goes
 * status    the exit status
 * counts    objects: reviewed, denied, warned, changed, otherKinds; notReviewed with documents
 * findings  a list of
 *   file      as named on the command line, or below the folder that was
 *   line      where the object or the problem begins, from 1; absent for a whole file
 *   object    apiVersion, kind, namespace, name; absent where the file cannot be read
 *   verdict   error, deny, warn, or change: it would be stored with changes
 *   rule      of the policy, as for --policy; absent where none was broken
 *   message   for people
 *   patch     for change: RFC 6902, from the manifest to what would be stored
 * </pre>
 */
final class JsonReport {
  private static final int VERSION = 1;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonReport() {}

  /** The document, in lines. */
  static String of(Report report, int status) {
    ObjectNode document = JSON.objectNode();
    document.put("version", VERSION).put("status", status);
    document
        .putObject("counts")
        .put("reviewed", report.reviewed())
        .put("denied", report.denied())
        .put("warned", report.warned())
        .put("changed", report.changed())
        .put("otherKinds", report.others())
        .put("notReviewed", report.failed());
    ArrayNode findings = document.putArray("findings");
    for (Reviewed object : report.objects()) {
      object.findings().forEach(finding -> findings.add(finding(finding)));
      if (object.isChanged()) {
        findings.add(change(object));
      }
    }
    report.problems().forEach(problem -> findings.add(finding(problem)));
    return document.toPrettyString();
  }

  private static ObjectNode finding(ReviewFinding finding) {
    ObjectNode node = JSON.objectNode();
    node.put("file", finding.file());
    if (finding.line() > 0) {
      node.put("line", finding.line());
    }
    finding.object().ifPresent(object -> node.set("object", object(object)));
    node.put("verdict", finding.verdict().id());
    Remark remark = finding.remark();
    remark.rule().ifPresent(rule -> node.put("rule", rule));
    return node.put("message", remark.message());
  }

  private static ObjectNode change(Reviewed object) {
    ObjectNode node = JSON.objectNode();
    node.put("file", object.manifest().source()).put("line", object.manifest().line());
    node.set("object", object(object.object()));
    node.put("verdict", "change").put("message", "would be stored with changes");
    node.set(
        "patch",
        AdmissionResponse.patch(object.manifest().object(), object.stored().orElseThrow()));
    return node;
  }

  private static ObjectNode object(Subject subject) {
    return JSON.objectNode()
        .put("apiVersion", subject.apiVersion())
        .put("kind", subject.kind())
        .put("namespace", subject.namespace())
        .put("name", subject.name());
  }
}
