package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node of a rig: a real kubelet, and KubeVirt's real device controller where the rig has
 * KubeVirt, over simulated GPUs, in namespaces of their own. It ends with its rig at the latest.
 * Thread-safe.
 */
public final class SimulatedNode implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> LAUNCHER_LABELS =
      Map.of("kubevirt.io/schedulable", "true", "machine-type.node.kubevirt.io/q35", "true");

  private final Rig rig;
  private final String name;
  private final Path folder;
  private final Part part;
  private final ControlSocket runtime;
  private final ControlSocket parts;
  private final GpuControl gpus;

  private SimulatedNode(Rig rig, String name, Path folder, Part part) {
    this.rig = rig;
    this.name = name;
    this.folder = folder;
    this.part = part;
    this.runtime = new ControlSocket(folder.resolve("crisim.sock"));
    this.parts = new ControlSocket(folder.resolve("node.sock"));
    this.gpus = new GpuControl(folder.resolve("gpusim.sock"));
  }

  /** Starts a node, and returns once the API server says that it is ready. */
  public static SimulatedNode start(Rig rig, String name, Gpus gpus) {
    return start(rig, name, gpus, Map.of());
  }

  /** Starts a node with labels, and returns once the API server says that it is ready. */
  public static SimulatedNode start(Rig rig, String name, Gpus gpus, Map<String, String> labels) {
    Instant begin = Instant.now();
    Path folder = rig.data().resolve("nodes").resolve(name);
    List<String> command = command(rig, name, folder, gpus, labels);
    SimulatedNode node = new SimulatedNode(rig, name, folder, rig.start(name, Map.of(), command));
    try {
      Wait.until(
          name + " is ready",
          () -> {
            node.part.requireAlive();
            return node.isReady();
          });
    } catch (RuntimeException | Error e) {
      System.out.println("rig: " + name + " could not start, logs in " + node.logs());
      node.close();
      throw e;
    }
    System.out.printf(
        "rig: node %s ready after %.1f s%n",
        name, Duration.between(begin, Instant.now()).toMillis() / 1e3);
    return node;
  }

  private static List<String> command(
      Rig rig, String name, Path folder, Gpus gpus, Map<String, String> labels) {
    List<String> command = new ArrayList<>(List.of(Tools.program("node").toString(), "run"));
    command.addAll(List.of("--name", name));
    command.addAll(List.of("--folder", folder.toString()));
    command.addAll(List.of("--log", rig.logs().resolve(name).toString()));
    command.addAll(List.of("--gpus", configuration(folder, gpus).toString()));
    Path kubeconfig = rig.kubeconfig("system:node:" + name, List.of("system:nodes"));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--port", Integer.toString(rig.ports().next())));
    command.addAll(List.of("--read-only-port", Integer.toString(rig.ports().next())));
    command.addAll(List.of("--kubelet", Tools.program("k8s").toString()));
    command.addAll(List.of("--gpusim", Tools.program("gpusim").toString()));
    command.addAll(List.of("--crisim", Tools.program("crisim").toString()));
    LAUNCHER_LABELS.forEach((key, value) -> command.addAll(label(key, value)));
    labels.forEach((key, value) -> command.addAll(label(key, value)));
    if (rig.kubectl().find("crd", "kubevirts.kubevirt.io").isPresent()) {
      Path handler =
          rig.kubeconfig(
              "system:serviceaccount:kubevirt:kubevirt-handler",
              List.of("system:serviceaccounts", "system:serviceaccounts:kubevirt"));
      command.addAll(List.of("--kubevirt", Tools.program("kubevirt").toString()));
      command.addAll(List.of("--kubevirt-kubeconfig", handler.toString()));
    }
    return command;
  }

  private static List<String> label(String key, String value) {
    return List.of("--label", key + "=" + value);
  }

  private static Path configuration(Path folder, Gpus gpus) {
    try {
      Files.createDirectories(folder);
      return Files.writeString(folder.resolve("gpus.json"), JSON.writeValueAsString(gpus));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  /** Its Node object. */
  public JsonNode object() {
    return rig.kubectl().get("node", name);
  }

  private boolean isReady() {
    Optional<JsonNode> node = rig.kubectl().find("node", name);
    if (node.isPresent()) {
      for (JsonNode condition : node.orElseThrow().path("status").path("conditions")) {
        if (condition.path("type").asText().equals("Ready")) {
          return condition.path("status").asText().equals("True");
        }
      }
    }
    return false;
  }

  /** How much of an extended resource pods may still ask of it; empty where nothing offers it. */
  public Optional<String> allocatable(String resource) {
    return Optional.ofNullable(object().path("status").path("allocatable").get(resource))
        .map(JsonNode::asText);
  }

  /** Its simulated GPUs. */
  public GpuControl gpus() {
    return gpus;
  }

  /** The node's own {@code /sys}. */
  public Path sysfs() {
    return root().resolve("sys");
  }

  /** The node's root, with its own mounts, as this process can read it. */
  public Path root() {
    return Path.of("/proc", Long.toString(process()), "root");
  }

  /** The first process in the node's namespaces. */
  public long process() {
    return ProcessHandle.current()
        .descendants()
        .filter(this::isFirstProcess)
        .findAny()
        .map(ProcessHandle::pid)
        .orElseThrow(() -> new IllegalStateException(name + " does not run"));
  }

  private boolean isFirstProcess(ProcessHandle process) {
    List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
    return arguments.contains("inside-the-namespaces") && arguments.contains(folder.toString());
  }

  /** The pods that its kubelet has started, oldest first. */
  public List<NodePod> pods() {
    try {
      return JSON.readValue(
          JSON.treeAsTokens(runtime.ask("pods")), new TypeReference<List<NodePod>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest sandbox of a pod. */
  public Optional<NodePod> pod(String namespace, String pod) {
    return pods().reversed().stream()
        .filter(one -> one.namespace().equals(namespace) && one.name().equals(pod))
        .findFirst();
  }

  /** What a container finds in a mounted file, as it is now. */
  public byte[] read(String namespace, String pod, String container, String path) {
    try {
      return runtime.ask("read", namespace + "/" + pod, container, path).binaryValue();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends a running container. */
  public void exit(String namespace, String pod, String container, int code) {
    runtime.ask("exit", namespace + "/" + pod, container, Integer.toString(code));
  }

  /** Stops one of gpusim, crisim, kubelet and device-controller. */
  public void stopPart(String program) {
    tell("stop", program);
  }

  /** Starts it again. */
  public void startPart(String program) {
    tell("start", program);
  }

  /** Stops and starts it. */
  public void restartPart(String program) {
    tell("restart", program);
  }

  private void tell(String command, String program) {
    String answer = parts.say(command, program);
    if (!answer.equals("ok")) {
      throw new IllegalArgumentException(command + " " + program + ": " + answer);
    }
  }

  /** Where its programs write what they do, one file each. */
  public Path logs() {
    return rig.logs().resolve(name);
  }

  /** Ends it, and removes its Node object. */
  @Override
  public void close() {
    part.close();
    rig.kubectl().ok("delete", "node", name, "--ignore-not-found");
  }
}
