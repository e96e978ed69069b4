package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.e2e.rig.Http;
import io.vgpusteward.e2e.rig.Kubectl;
import io.vgpusteward.e2e.rig.Part;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program in a cluster, as its own process, with the account, the rights and the webhooks that
 * it ships with. Closing it takes all of that away again.
 */
public final class Product implements AutoCloseable {
  /** The namespace of the release. */
  public static final String NAMESPACE = "vgpu-steward";

  private static final Path JAR = Path.of("../server/target/vgpu-steward/vgpu-steward.jar");

  private final Rig rig;
  private final List<String> command;
  private final String url;
  private final String metricsUrl;
  private Part process;

  private Product(Rig rig, String... flags) {
    this.rig = rig;
    String listen = "127.0.0.1:" + rig.ports().next();
    String metrics = "127.0.0.1:" + rig.ports().next();
    url = "https://" + listen;
    metricsUrl = "http://" + metrics;
    Pair serving = rig.authority().server("vgpu-steward." + NAMESPACE + ".svc");
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-jar"));
    command.add(jar().toString());
    command.add("serve");
    command.add("--kubeconfig=" + rig.accountKubeconfig(NAMESPACE, "vgpu-steward"));
    command.add("--namespace=" + NAMESPACE);
    command.add("--listen=" + listen);
    command.add("--metrics-listen=" + metrics);
    command.add("--tls-certificate=" + serving.certificate());
    command.add("--tls-key=" + serving.key());
    command.addAll(List.of(flags));
    process = start();
  }

  /** Installs it and returns once the API server's requests go by it. */
  public static Product install(Rig rig, String... flags) {
    rig.kubectl().apply(resource("rbac.yaml"));
    Product product = new Product(rig, flags);
    try {
      product.awaitReady();
      product.register();
      return product;
    } catch (RuntimeException | Error e) {
      product.close();
      throw e;
    }
  }

  private Part start() {
    return rig.start("vgpu-steward", Map.of(), command);
  }

  /** Starts it again after {@link #kill}; returns once it is ready. */
  public void restart() {
    process = start();
    awaitReady();
  }

  /** Ends the process, and leaves the webhooks as they are. */
  public void kill() {
    process.close();
  }

  private void awaitReady() {
    Http http = new Http(rig.authority());
    Wait.until(
        "vgpu-steward is ready",
        () -> {
          process.requireAlive();
          return http.get(metricsUrl + "/readyz").filter(a -> a.statusCode() == 200).isPresent();
        });
  }

  private void register() {
    rig.kubectl()
        .apply(
            resource("webhooks.yaml")
                .replace("${URL}", url)
                .replace("${CA_BUNDLE}", rig.authority().bundle()));
  }

  /** All that it has written. */
  public String log() {
    return process.output();
  }

  /** What it serves under {@code /metrics}. */
  public String metrics() {
    return new Http(rig.authority()).get(metricsUrl + "/metrics").orElseThrow().body();
  }

  @Override
  public void close() {
    Kubectl kubectl = rig.kubectl();
    kubectl.ok("delete", "mutatingwebhookconfiguration", "vgpu-steward", "--ignore-not-found");
    process.stop();
    kubectl.runWith(resource("rbac.yaml"), "delete", "-f", "-", "--ignore-not-found").orThrow();
  }

  private static Path jar() {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException("no " + JAR + ": build the module server first");
    }
    return JAR.toAbsolutePath().normalize();
  }

  private static String resource(String name) {
    try (InputStream resource = Product.class.getResourceAsStream("/product/" + name)) {
      if (resource == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(resource.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
