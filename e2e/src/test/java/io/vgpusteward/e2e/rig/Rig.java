package io.vgpusteward.e2e.rig;

import io.vgpusteward.e2e.rig.Pki.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A running cluster: its processes, its ports, its folder. Closing it ends all of it and leaves the
 * logs. Thread-safe.
 */
public final class Rig implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path folder;
  private final Ports ports = Ports.reserve();
  private final List<Part> parts = new CopyOnWriteArrayList<>();
  private final Map<String, Path> kubeconfigs = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();
  private final Pki authority;
  private final Pair accountKeys;
  private final String server;
  private final Kubeconfig kubeconfig;
  private final Api api;

  private Rig(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder.resolve("logs"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    authority = Pki.create(data().resolve("pki"), "rig");
    accountKeys = authority.keys("service-accounts");
    server = "https://127.0.0.1:" + ports.next();
    kubeconfig = new Kubeconfig(server, authority);
    api = new Api(server, authority);
  }

  /** Starts a cluster in a new folder below {@code target/rigs}, and returns once it is ready. */
  public static Rig start(Set<Component> components) {
    return start(
        Path.of("target", "rigs", ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet())
            .toAbsolutePath(),
        components);
  }

  /** Starts a cluster in a folder, and returns once it is ready. */
  public static Rig start(Path folder, Set<Component> components) {
    Privileges.requireRoot();
    Tools.folder("k8s");
    Rig rig = new Rig(folder);
    try {
      rig.startParts(components.isEmpty() ? Set.of() : EnumSet.copyOf(components));
      return rig;
    } catch (RuntimeException | Error e) {
      System.out.println("rig: could not start, logs in " + rig.logs());
      rig.close();
      throw e;
    }
  }

  private void startParts(Set<Component> components) {
    Instant begin = Instant.now();
    ControlPlane controlPlane = new ControlPlane(this);
    controlPlane.startEtcd();
    controlPlane.startApiServer(Integer.parseInt(server.substring(server.lastIndexOf(':') + 1)));
    controlPlane.awaitReady();
    say("API server ready", begin);
    if (components.contains(Component.CONTROLLER_MANAGER)) {
      controlPlane.startControllerManager();
    }
    if (components.contains(Component.SCHEDULER)) {
      KubeScheduler.startStock(this);
    }
    if (components.contains(Component.KUBEVIRT)) {
      KubeVirt kubevirt = new KubeVirt(this);
      kubevirt.start();
      kubevirt.awaitReady();
      say("KubeVirt ready", begin);
    }
    if (components.contains(Component.COZYSTACK)) {
      new Cozystack(this).start();
      say("Cozystack ready", begin);
    }
    if (components.contains(Component.CONTROLLER_MANAGER)) {
      Wait.until(
          "the controllers work",
          () -> {
            requireAllAlive();
            return kubectl().find("serviceaccount", "default", "-n", "default").isPresent();
          });
    }
    say("cluster ready", begin);
  }

  private void say(String what, Instant since) {
    System.out.printf(
        "rig: %s after %.1f s (%s)%n",
        what, Duration.between(since, Instant.now()).toMillis() / 1e3, folder.getFileName());
  }

  /** Where its parts write what they do, one file each. */
  public Path logs() {
    return folder.resolve("logs");
  }

  /** For files that end with it. */
  public Path data() {
    return folder.resolve("data");
  }

  /** Ports that nobody else gets. */
  public Ports ports() {
    return ports;
  }

  /** Issues the certificates of this cluster. */
  public Pki authority() {
    return authority;
  }

  Pair accountKeys() {
    return accountKeys;
  }

  /** The API server's URL. */
  public String server() {
    return server;
  }

  /** kubectl as an administrator. */
  public Kubectl kubectl() {
    return kubectlAs("administrator", List.of("system:masters"));
  }

  /** The API as an administrator, for what is too much for kubectl. */
  public Api api() {
    return api;
  }

  /** kubectl as a user with groups, known by a certificate. */
  public Kubectl kubectlAs(String user, List<String> groups) {
    return kubectl(kubeconfig(user, groups));
  }

  /** kubectl with a kubeconfig of this cluster. */
  public Kubectl kubectl(Path kubeconfig) {
    return new Kubectl(kubeconfig, data().resolve("kubectl"));
  }

  /** The kubeconfig of a user, known by a certificate; it is the same one for the same name. */
  public Path kubeconfig(String user, List<String> groups) {
    return kubeconfigs.computeIfAbsent(
        user,
        name -> {
          Path file = kubeconfigFile(name);
          kubeconfig.write(file, authority.client(name, groups));
          return file;
        });
  }

  /** A kubeconfig with a new token of a service account that exists. */
  public Path accountKubeconfig(String namespace, String account) {
    Path file = kubeconfigFile(namespace + "-" + account);
    kubeconfig.writeWithToken(
        file,
        kubectl()
            .ok("create", "token", account, "--namespace=" + namespace, "--duration=24h")
            .strip());
    return file;
  }

  private Path kubeconfigFile(String name) {
    return data().resolve("kubeconfigs").resolve(name.replaceAll("[^A-Za-z0-9.-]", "_"));
  }

  /** Creates a namespace with a name that nobody else uses, and prints it. */
  public String newNamespace() {
    String name = "test-" + names.incrementAndGet();
    kubectl().ok("create", "namespace", name);
    return name;
  }

  /** Starts one more process that ends with this rig. */
  public Part start(String name, Map<String, String> environment, List<String> command) {
    Part part = Part.start(name, logs().resolve(name + ".log"), environment, command);
    parts.add(part);
    return part;
  }

  /** One of its processes, the last that was started by this name. */
  public Part part(String name) {
    return parts.reversed().stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("this rig has no " + name));
  }

  /** Fails with the end of its log where a part has ended by itself. */
  void requireAllAlive() {
    parts.forEach(Part::requireAlive);
  }

  @Override
  public void close() {
    List<Part> all = new ArrayList<>(parts);
    parts.clear();
    // In any order and at once: nothing is kept.
    all.parallelStream().forEach(Part::close);
    ports.close();
    delete(data());
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
