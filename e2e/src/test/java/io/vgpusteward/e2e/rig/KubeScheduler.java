package io.vgpusteward.e2e.rig;

import io.vgpusteward.e2e.rig.Pki.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kube-scheduler with a configuration of a test's own, beside the cluster's stock one or in its
 * place. It ends with its rig at the latest.
 */
public final class KubeScheduler implements AutoCloseable {
  private static final String USER = "system:kube-scheduler";

  private final Part part;

  private KubeScheduler(Part part) {
    this.part = part;
  }

  /** Whom a scheduler of the rig speaks as: {@code clientConnection.kubeconfig}. */
  public static Path kubeconfig(Rig rig) {
    return rig.kubeconfig(USER, List.of());
  }

  /** The cluster's own, which has no configuration; it needs a moment until it schedules. */
  static void startStock(Rig rig) {
    start(rig, "kube-scheduler", rig.ports().next(), "--kubeconfig=" + kubeconfig(rig));
  }

  /**
   * Starts one more, and returns once it schedules.
   *
   * @param name of its log
   * @param configuration a KubeSchedulerConfiguration as YAML or JSON, which names a {@link
   *     #kubeconfig}; other pods than those of its profiles it leaves alone
   */
  public static KubeScheduler start(Rig rig, String name, String configuration) {
    int port = rig.ports().next();
    Path file = rig.data().resolve(name + ".yaml");
    try {
      Files.writeString(file, configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    KubeScheduler scheduler = new KubeScheduler(start(rig, name, port, "--config=" + file));
    try {
      scheduler.awaitReady(new Http(rig.authority()), "https://127.0.0.1:" + port + "/readyz");
      return scheduler;
    } catch (RuntimeException | Error e) {
      scheduler.close();
      throw e;
    }
  }

  private static Part start(Rig rig, String name, int port, String configuration) {
    Pair serving = rig.authority().server(name + "-serving");
    List<String> command = new ArrayList<>(List.of(Tools.program("k8s").toString()));
    command.add("kube-scheduler");
    command.add(configuration);
    command.add("--authentication-kubeconfig=" + kubeconfig(rig));
    command.add("--authorization-kubeconfig=" + kubeconfig(rig));
    command.add("--bind-address=127.0.0.1");
    command.add("--secure-port=" + port);
    command.add("--tls-cert-file=" + serving.certificate());
    command.add("--tls-private-key-file=" + serving.key());
    command.add("--leader-elect=false");
    return rig.start(name, Map.of(), command);
  }

  private void awaitReady(Http http, String url) {
    Wait.until(
        part.name() + " is ready",
        () -> {
          part.requireAlive();
          return http.get(url).filter(answer -> answer.statusCode() == 200).isPresent();
        });
  }

  /** All that it has written. */
  public String log() {
    return part.output();
  }

  @Override
  public void close() {
    part.stop();
  }
}
