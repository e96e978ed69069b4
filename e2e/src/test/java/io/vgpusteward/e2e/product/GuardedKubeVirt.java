package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The cluster's KubeVirt CR, and the ways by which people and their tools change it. */
final class GuardedKubeVirt {
  private static final String[] NAMED = {"kubevirt", "kubevirt", "--namespace=kubevirt"};

  private final Kubectl kubectl;

  GuardedKubeVirt(Rig rig) {
    kubectl = rig.kubectl();
  }

  static String manifest() {
    return Manifest.of("kubevirt-guarded.yaml");
  }

  /** The manifest without the lines that contain one of these. */
  static String without(String... parts) {
    return manifest()
        .lines()
        .filter(line -> Arrays.stream(parts).noneMatch(line::contains))
        .reduce("", (text, line) -> text + line + "\n");
  }

  JsonNode get() {
    return kubectl.get(NAMED);
  }

  JsonNode spec() {
    return get().path("spec");
  }

  /** The names of all resources that are permitted. */
  List<String> resources() {
    return spec().at("/configuration/permittedHostDevices").findValuesAsText("resourceName");
  }

  Outcome mergePatch(String configuration, String... flags) {
    return patch("merge", "{\"spec\":{\"configuration\":" + configuration + "}}", flags);
  }

  Outcome jsonPatch(String operations) {
    return patch("json", operations);
  }

  Outcome patch(String type, String patch, String... flags) {
    return kubectl.run(named("patch", concat(flags, "--type=" + type, "-p", patch)));
  }

  Outcome apply(String manifest, String... flags) {
    return kubectl.runWith(manifest, concat(new String[] {"apply", "-f", "-"}, flags));
  }

  Outcome replace(String manifest) {
    ObjectNode stored = (ObjectNode) get();
    return kubectl.runWith(
        manifest.replace(
            "  name: kubevirt\n",
            "  name: kubevirt\n  resourceVersion: \""
                + stored.at("/metadata/resourceVersion").asText()
                + "\"\n"),
        "replace",
        "-f",
        "-");
  }

  /** {@code kubectl edit} with a stream editor, which gives up where the edit is refused. */
  Outcome edit(String script) {
    return kubectl.with("KUBE_EDITOR", "sed -i '" + script + "'").run(named("edit"));
  }

  Outcome annotate(String annotation, String... flags) {
    return kubectl.run(named("annotate", concat(flags, "--overwrite", annotation)));
  }

  /** What was said of it, {@code reason: message} each. */
  List<String> events() {
    return kubectl
        .get("events", "--namespace=kubevirt", "--field-selector=involvedObject.kind=KubeVirt")
        .path("items")
        .valueStream()
        .map(event -> event.path("reason").asText() + ": " + event.path("message").asText())
        .toList();
  }

  /** Has the list and the gates as in the manifest, whatever is in the way. */
  void reset() {
    annotate("vgpu-steward.io/allow-removal=" + String.join(",", resources())).orThrow();
    JsonNode wanted =
        Vms.parse(
            kubectl
                .runWith(manifest(), "create", "--dry-run=client", "-o", "json", "-f", "-")
                .orThrow());
    mergePatch(wanted.at("/spec/configuration").toString()).orThrow();
    annotate("vgpu-steward.io/allow-removal-").orThrow();
  }

  private static String[] named(String verb, String... flags) {
    return concat(concat(new String[] {verb}, NAMED), flags);
  }

  private static String[] concat(String[] first, String... then) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(then)).toArray(String[]::new);
  }
}
