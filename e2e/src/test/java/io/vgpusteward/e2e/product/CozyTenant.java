package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Flux;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Wait;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A tenant of Cozystack with a namespace, who may write VMInstances and little else. */
final class CozyTenant {
  private static final String USER = "alice";

  private final Rig rig;
  private final Flux flux;
  private final Kubectl kubectl;
  private final String namespace;

  CozyTenant(Rig rig) {
    this.rig = rig;
    flux = new Flux(rig);
    kubectl = rig.kubectlAs(USER, List.of("tenant-admins"));
    namespace = rig.newNamespace();
    rig.kubectl()
        .ok(
            "create",
            "rolebinding",
            USER,
            "--clusterrole=cozy-tenant-admin",
            "--user=" + USER,
            "--namespace=" + namespace);
  }

  /** Returns once cozystack-api, which looks for webhooks itself, knows the program's. */
  static void awaitWebhooks(Rig rig) {
    CozyTenant tenant = new CozyTenant(rig);
    Wait.until(
        "cozystack-api knows the webhooks",
        () -> {
          tenant.with(Manifest.of("vminstance.yaml"), "replace", "--force", "-f", "-").orThrow();
          return tenant.gpus("cad").size() == 1;
        });
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

  /** Runs kubectl in the namespace with a manifest for {@code -f -}. */
  Outcome with(String manifest, String... arguments) {
    return kubectl.runWith(manifest, here(arguments));
  }

  /** {@code kubectl edit} with a stream editor. */
  Outcome edit(String name, String script) {
    return kubectl
        .with("KUBE_EDITOR", "sed -i '" + script + "'")
        .run(here("edit", "vminstance", name));
  }

  JsonNode vmInstance(String name) {
    return kubectl.get(here("vminstance", name));
  }

  /** The resources that a VMInstance lists. */
  List<String> gpus(String name) {
    return vmInstance(name)
        .at("/spec/gpus")
        .valueStream()
        .map(gpu -> gpu.path("name").asText())
        .toList();
  }

  /** Has Flux apply what is stored. */
  Outcome reconcile(String name) {
    return flux.reconcile(namespace, name);
  }

  /** What of the namespace's objects only an operator sees. */
  JsonNode see(String kind, String name) {
    return rig.kubectl().get(kind, name, "--namespace=" + namespace);
  }

  /** Writes past cozystack-api, as an operator may. */
  void patchRelease(String name, String patch) {
    rig.kubectl()
        .ok(
            "patch",
            "helmrelease",
            "vm-instance-" + name,
            "--namespace=" + namespace,
            "--type=merge",
            "-p",
            patch);
  }

  /** The launcher pods in the namespace. */
  JsonNode launchers() {
    return rig.kubectl()
        .get("pods", "-l", "kubevirt.io=virt-launcher", "--namespace=" + namespace)
        .path("items");
  }

  private String[] here(String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Stream.of("--namespace=" + namespace))
        .toArray(String[]::new);
  }
}
