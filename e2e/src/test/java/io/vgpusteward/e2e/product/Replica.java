package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Http;
import io.vgpusteward.e2e.rig.Part;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One process of the program, with ports of its own. */
final class Replica implements AutoCloseable {
  private static final Path JAR = Path.of("../server/target/vgpu-steward/vgpu-steward.jar");

  private final Rig rig;
  private final String name;
  private final List<String> command;
  private final String url;
  private final String metricsUrl;
  private final int extenderPort;
  private final Path log;
  private final int logOfOthers;
  private Part process;

  /**
   * Starts it; {@link #awaitReady} waits for it.
   *
   * @param name of its log
   * @param kubeconfig whom it speaks as
   */
  Replica(Rig rig, String name, Path kubeconfig, String... flags) {
    this.rig = rig;
    this.name = name;
    String listen = "127.0.0.1:" + rig.ports().next();
    String metrics = "127.0.0.1:" + rig.ports().next();
    url = "https://" + listen;
    metricsUrl = "http://" + metrics;
    log = rig.logs().resolve(name + ".log");
    logOfOthers = Files.exists(log) ? bytes(log).length : 0;
    Pair serving =
        rig.authority()
            .server(
                name + "." + Product.NAMESPACE + ".svc",
                "vgpu-steward." + Product.NAMESPACE + ".svc");
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    // Each replica is process 2 of its own PID namespace: they would share a file in /tmp.
    command.addAll(List.of("-XX:-UsePerfData", "-jar"));
    command.add(jar().toString());
    command.add("serve");
    command.add("--kubeconfig=" + kubeconfig);
    command.add("--namespace=" + Product.NAMESPACE);
    command.add("--listen=" + listen);
    command.add("--metrics-listen=" + metrics);
    command.add("--tls-certificate=" + serving.certificate());
    command.add("--tls-key=" + serving.key());
    extenderPort = rig.ports().next();
    if (List.of(flags).contains("--placement=extender")) {
      command.add("--extender-listen=127.0.0.1:" + extenderPort);
      command.add("--extender-client-ca=" + rig.authority().authority().certificate());
    }
    command.addAll(List.of(flags));
    process = start();
  }

  private Part start() {
    return rig.start(name, Map.of(), command);
  }

  /** Starts it again after {@link #kill}; returns once it is ready. */
  void restart() {
    process = start();
    awaitReady();
  }

  /** Ends it by SIGKILL. */
  void kill() {
    process.close();
  }

  void awaitReady() {
    Http http = new Http(rig.authority());
    Wait.until(
        name + " is ready",
        () -> {
          process.requireAlive();
          return http.get(metricsUrl + "/readyz").filter(a -> a.statusCode() == 200).isPresent();
        });
  }

  /** Where it serves admission. */
  String url() {
    return url;
  }

  /** Where kube-scheduler finds its extender, with {@code --placement=extender}. */
  int extenderPort() {
    return extenderPort;
  }

  /** All that it has written, since its first start. */
  String log() {
    byte[] all = bytes(log);
    return new String(all, logOfOthers, all.length - logOfOthers, UTF_8);
  }

  /** What it serves under {@code /metrics}. */
  String metrics() {
    return new Http(rig.authority()).get(metricsUrl + "/metrics").orElseThrow().body();
  }

  /** Ends it by SIGTERM. */
  void stop() {
    process.stop();
  }

  /** Ends it, and fails where the API server has refused it anything: its rights must suffice. */
  @Override
  public void close() {
    stop();
    // It says of its own denials that they are.
    assertThat(log().replace("denied: Forbidden", ""))
        .doesNotContain("HTTP 403")
        .doesNotContainIgnoringCase("forbidden");
  }

  /** The program. */
  static Path jar() {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException("no " + JAR + ": build the module server first");
    }
    return JAR.toAbsolutePath().normalize();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
