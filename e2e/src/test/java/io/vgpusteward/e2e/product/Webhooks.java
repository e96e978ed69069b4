package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/** The webhook configurations that the program prints, in the API server. */
final class Webhooks {
  private static final String NAME = "vgpu-steward";
  private static final String NAME_OF_VMINSTANCES = NAME + "-vminstances";
  private static final String MUTATING = "mutatingwebhookconfiguration";
  private static final String BOTH = MUTATING + "," + "validatingwebhookconfiguration";

  private final Rig rig;
  private final Replica process;

  Webhooks(Rig rig, Replica process) {
    this.rig = rig;
    this.process = process;
  }

  /** Puts them into the API server's way and returns once its requests go by the process. */
  void register() {
    Kubectl kubectl = rig.kubectl();
    kubectl.apply(printed());
    Wait.until(
        "the API server knows the webhooks",
        () ->
            tryOut(kubectl).contains("vgpu-steward.io/injected")
                && process.metrics().contains("path=\"/validate/virtualmachines\""));
  }

  /**
   * Takes those that mutate KubeVirt's guests away and returns once the API server has forgotten
   * them.
   */
  void unregisterMutation() {
    Kubectl kubectl = rig.kubectl();
    kubectl.ok("delete", MUTATING, NAME);
    Wait.until(
        "the API server knows no mutating webhook",
        () -> !tryOut(kubectl).contains("vgpu-steward.io/injected"));
  }

  /** Takes all of them away; the API server goes on asking for a moment. */
  void unregister() {
    Kubectl kubectl = rig.kubectl();
    kubectl.ok("delete", BOTH, NAME, NAME_OF_VMINSTANCES, "--ignore-not-found");
  }

  /** What would be stored of a virtual machine with our annotation, or why it would not. */
  private static String tryOut(Kubectl kubectl) {
    var tried =
        kubectl.runWith(
            Manifest.of("vm.yaml"),
            "create",
            "--namespace=default",
            "--dry-run=server",
            "--output=yaml",
            "--filename=-");
    return tried.status() == 0 ? tried.out() : tried.err();
  }

  private String printed() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder command =
        new ProcessBuilder(
                java.toString(),
                "-jar",
                Replica.jar().toString(),
                "webhook-config",
                "--namespace=" + Product.NAMESPACE,
                "--url=" + process.url(),
                "--ca-file=" + rig.authority().authority().certificate())
            .redirectError(Redirect.INHERIT);
    command.environment().clear();
    try {
      Process printing = command.start();
      String printed = new String(printing.getInputStream().readAllBytes(), UTF_8);
      if (printing.waitFor() != 0) {
        throw new IllegalStateException("webhook-config failed: see its message above");
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while webhook-config ran", e);
    }
  }
}
