package io.vgpusteward.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a process finds around itself.
 *
 * @param environment its environment variables
 * @param serviceAccount where Kubernetes mounts a pod's service account
 */
public record Surroundings(Map<String, String> environment, Path serviceAccount) {
  private static final String FALLBACK_NAMESPACE = "vgpu-steward";

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(), Path.of("/var/run/secrets/kubernetes.io/serviceaccount"));
  }

  /** The namespace that the process runs in, or {@code vgpu-steward} outside of a cluster. */
  public String namespace() {
    String named = environment.getOrDefault("POD_NAMESPACE", "");
    if (!named.isBlank()) {
      return named;
    }
    Path file = serviceAccount.resolve("namespace");
    try {
      return Files.exists(file) ? Files.readString(file).strip() : FALLBACK_NAMESPACE;
    } catch (IOException e) {
      throw new ConfigurationException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
