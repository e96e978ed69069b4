package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A namespace of a test's own, and what its tenant does and sees in it. */
final class Tenant {
  private final Kubectl kubectl;
  private final String namespace;

  Tenant(Rig rig) {
    kubectl = rig.kubectl();
    namespace = rig.newNamespace();
  }

  String namespace() {
    return namespace;
  }

  /** Runs kubectl in the namespace. */
  Outcome kubectl(String... arguments) {
    return kubectl.run(here(arguments));
  }

  /** The same; throws where it failed. */
  Outcome ok(String... arguments) {
    Outcome outcome = kubectl(arguments);
    outcome.orThrow();
    return outcome;
  }

  /** The same with this standard input. */
  Outcome okWith(String input, String... arguments) {
    Outcome outcome = kubectl.runWith(input, here(arguments));
    outcome.orThrow();
    return outcome;
  }

  /** Applies manifests; throws where they are refused. */
  void apply(String manifests, String... flags) {
    tryApply(manifests, flags).orThrow();
  }

  Outcome tryApply(String manifests, String... flags) {
    return kubectl.runWith(
        manifests,
        here(
            Stream.concat(Stream.of("apply", "-f", "-"), Arrays.stream(flags))
                .toArray(String[]::new)));
  }

  /** A machine as it would be stored if it were created now. */
  JsonNode wouldBeStored(String manifest) {
    return Vms.parse(okWith(manifest, "create", "--dry-run=server", "-o", "json", "-f", "-").out());
  }

  /** Runs kubectl in the namespace with manifests as its input. */
  Outcome kubectlWith(String manifests, String... arguments) {
    return kubectl.runWith(manifests, here(arguments));
  }

  JsonNode get(String kind, String name) {
    return kubectl.get(here(kind, name));
  }

  Optional<JsonNode> find(String kind, String name) {
    return kubectl.find(here(kind, name));
  }

  /** All of a kind, as an array. */
  JsonNode list(String kind, String... flags) {
    return kubectl
        .get(here(Stream.concat(Stream.of(kind), Arrays.stream(flags)).toArray(String[]::new)))
        .path("items");
  }

  JsonNode vm(String name) {
    return get("vm", name);
  }

  /** The launcher pods in the namespace. */
  JsonNode launchers() {
    return list("pods", "-l", "kubevirt.io=virt-launcher");
  }

  /** What the Secret of the guest holds, where there is one. */
  Optional<GuestUserData> userData(String vm) {
    return find("secret", secretOf(vm))
        .map(secret -> secret.at("/data/userdata").asText())
        .map(GuestUserData::ofBase64);
  }

  /** What was said of a virtual machine, {@code reason: message} each. */
  List<String> events(String vm) {
    JsonNode events =
        kubectl
            .get(
                here(
                    "events",
                    "--field-selector=involvedObject.kind=VirtualMachine,involvedObject.name="
                        + vm))
            .path("items");
    return events
        .valueStream()
        .map(event -> event.path("reason").asText() + ": " + event.path("message").asText())
        .toList();
  }

  /** The types of a virtual machine's or an instance's conditions that are true. */
  static List<String> conditions(JsonNode object) {
    return object
        .at("/status/conditions")
        .valueStream()
        .filter(condition -> condition.path("status").asText().equals("True"))
        .map(condition -> condition.path("type").asText())
        .toList();
  }

  /** The name that a guest's Secret has. */
  static String secretOf(String vm) {
    return "vgpu-steward-user-data-" + vm;
  }

  private String[] here(String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Stream.of("--namespace=" + namespace))
        .toArray(String[]::new);
  }
}
