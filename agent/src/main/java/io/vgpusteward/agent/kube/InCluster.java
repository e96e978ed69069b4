package io.vgpusteward.agent.kube;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The way that Kubernetes gives every pod: its service account. The kubelet renews the token, at
 * the latest when an hour of its life is left, so its file is read for each request.
 */
public final class InCluster implements Access {
  private final URI server;
  private final Path folder;

  private InCluster(URI server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /**
   * The way of this pod; empty where the process is in none.
   *
   * @param folder where the service account is mounted
   */
  public static Optional<Access> of(Map<String, String> environment, Path folder) {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host.isEmpty() || !Files.exists(folder.resolve("token"))) {
      return Optional.empty();
    }
    String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return Optional.of(new InCluster(URI.create("https://" + name + ":" + port), folder));
  }

  @Override
  public URI server() {
    return server;
  }

  @Override
  public Optional<SSLContext> tls() {
    Path file = folder.resolve("ca.crt");
    return Optional.of(
        Tls.context(
            Optional.of(new Tls.Named(file.toString(), read(file))),
            Optional.empty(),
            Optional.empty()));
  }

  @Override
  public Optional<String> token() {
    return Optional.of(read(folder.resolve("token")).strip());
  }

  static String read(Path file) {
    try {
      // Latin-1 takes any bytes: what is none of what it should be, its parser finds out.
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AccessException("cannot read " + file + ": " + e.getClass().getSimpleName());
    }
  }

  @Override
  public String toString() {
    return "the service account at " + server;
  }
}
