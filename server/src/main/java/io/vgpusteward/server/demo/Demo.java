package io.vgpusteward.server.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.certs.FolderAuthority;
import io.vgpusteward.certs.SubjectNames;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.config.ServeConfiguration;
import io.vgpusteward.server.serve.Steward;
import io.vgpusteward.server.serve.Wiring;
import io.vgpusteward.webhook.admission.AdmissionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of the demonstration, on a copy of an example cluster. */
final class Demo implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String RELEASE_NAMESPACE = "vgpu-steward";

  private final Path copy;
  private final Path manifest;
  private final PrintWriter out;
  private final Cluster cluster;
  private final Steward steward;
  private final Path authority;

  /**
   * A server for a cluster; {@link #start} starts it.
   *
   * @param copy the folder that is the cluster; it is the demonstration's own, and deleted with it
   * @param manifest the file with the virtual machine to create
   */
  Demo(Path copy, Path manifest, Wiring wiring, PrintWriter out) {
    this.copy = copy;
    this.manifest = manifest;
    this.out = out;
    ServeConfiguration configuration = configuration(copy);
    this.cluster = wiring.cluster().apply(configuration.cluster());
    FolderAuthority keys =
        new FolderAuthority(
            copy.resolve(".vgpu-steward"),
            SubjectNames.of("localhost", "127.0.0.1"),
            InstantSource.system());
    this.authority = keys.authorityFile();
    this.steward =
        new Steward(
            new Steward.Setup(
                configuration.listen(),
                Optional.empty(),
                configuration.metricsListen(),
                keys,
                Duration.ofHours(1),
                () -> cluster,
                wiring.features().apply(configuration),
                configuration.shutdownGrace(),
                InstantSource.system()));
  }

  private static ServeConfiguration configuration(Path folder) {
    return new ServeConfiguration(
        new ClusterConfiguration(
            Optional.of(folder), Optional.empty(), Optional.empty(), RELEASE_NAMESPACE),
        AdmissionSettings.defaults(),
        Optional.empty(),
        HostPort.parse("127.0.0.1:0"),
        HostPort.parse("127.0.0.1:0"),
        Optional.empty(),
        true,
        Duration.ofSeconds(5),
        Duration.ofMinutes(2),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5));
  }

  boolean start() throws InterruptedException {
    return steward.start();
  }

  /** Creates the virtual machine and shows what became of it. */
  void show() throws IOException, InterruptedException {
    ObjectNode asked = Manifests.read(manifest).getFirst().object();
    String name = name(asked);
    ApiServerStandIn.Stored stored;
    try (ApiServerStandIn api = new ApiServerStandIn(steward.url(), authority)) {
      stored = api.create(asked);
    }
    heading("kubectl apply -f " + manifest + "  ->  VirtualMachine " + name);
    out.println("What the webhook at " + steward.url() + " made of it (+ added, - taken out):");
    out.println();
    YamlDiff.lines(ManifestWriter.write(asked), ManifestWriter.write(stored.object()))
        .forEach(line -> out.println("  " + line));
    out.println();
    out.println(
        String.format(Locale.ROOT, "The review took %.1f ms.", stored.took().toNanos() / 1e6));
    out.println("Warnings: " + (stored.warnings().isEmpty() ? "none" : ""));
    stored.warnings().forEach(warning -> out.println("  - " + warning));
    out.println();

    SecretObject secret = store(stored.object());
    heading("Secret " + secret.namespace() + "/" + secret.name());
    out.println("What the licence controller wrote, and the guest's cloud-init will read:");
    byte[] token = token(secret.namespace());
    int number = 1;
    List<UserDataParts.Part> parts =
        UserDataParts.of(Objects.requireNonNull(secret.data().get("userdata"), "userdata"), token);
    for (UserDataParts.Part part : parts) {
      out.println();
      out.println("  part " + number++ + " of " + parts.size() + ", " + part.contentType() + ":");
      part.text().lines().forEach(line -> out.println("    | " + line));
    }
    out.println();
    out.flush();
  }

  /** Shows how to go on by hand, and waits until the program is told to stop. */
  void keep() throws InterruptedException, IOException {
    Path review = copy.resolve("review.json");
    ObjectNode asked = Manifests.read(manifest).getFirst().object();
    Files.writeString(review, ApiServerStandIn.review(asked).toString());
    heading("The server stays up; Ctrl-C stops it. Try:");
    out.println("  curl --cacert " + authority + " \\");
    out.println("    -H 'Content-Type: application/json' --data @" + review + " \\");
    out.println("    " + steward.url() + "/mutate/virtualmachines");
    steward
        .metricsUrl()
        .ifPresent(url -> {
          out.println("  curl " + url + "/readyz?verbose");
          out.println("  curl " + url + "/metrics");
        });
    out.println("  $EDITOR " + copy + "   # the cluster: changes are followed");
    out.flush();
    steward.awaitClose();
  }

  /** Stops the server and deletes the copy, which holds the licence. */
  @Override
  public synchronized void close() throws IOException {
    steward.close();
    if (Files.exists(copy)) {
      try (Stream<Path> files = Files.walk(copy)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Stores the object in the cluster, as the API server does, and waits for its Secret. */
  private SecretObject store(ObjectNode object) throws IOException, InterruptedException {
    ObjectNode metadata = (ObjectNode) object.path("metadata");
    metadata.put("uid", UUID.randomUUID().toString());
    Path temporary = Files.writeString(copy.resolve("vm.tmp"), ManifestWriter.write(object));
    Files.move(temporary, copy.resolve("applied-vm.yaml"));
    String namespace = metadata.path("namespace").asText();
    String secret = Keys.GUEST_SECRET_PREFIX + metadata.path("name").asText();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Optional<SecretObject> written = cluster.secrets().get(namespace, secret);
      if (written.isPresent()) {
        return written.get();
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new ClusterException("the licence controller wrote no Secret " + secret);
  }

  private byte[] token(String namespace) {
    SecretObject license =
        cluster
            .licenseSecret(namespace)
            .or(() -> cluster.licenseSecret(RELEASE_NAMESPACE))
            .orElseThrow(() -> new ClusterException("there is no Secret " + Keys.LICENSE_SECRET));
    return license.data().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(".tok"))
        .findFirst()
        .orElseThrow(() -> new ClusterException(license + " holds no token"))
        .getValue();
  }

  private void heading(String text) {
    out.println("=== " + text);
    out.println();
  }

  private static String name(ObjectNode object) {
    return object.path("metadata").path("namespace").asText()
        + "/"
        + object.path("metadata").path("name").asText();
  }
}
