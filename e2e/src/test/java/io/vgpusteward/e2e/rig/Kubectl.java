package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real kubectl, as one identity. Thread-safe. */
public final class Kubectl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 120;

  private final Path kubeconfig;
  private final Path cache;
  private final Map<String, String> environment;

  /**
   * Speaks to the cluster of a kubeconfig.
   *
   * @param cache a folder for what it learns of the API
   */
  Kubectl(Path kubeconfig, Path cache) {
    this(kubeconfig, cache, Map.of());
  }

  private Kubectl(Path kubeconfig, Path cache, Map<String, String> environment) {
    this.kubeconfig = kubeconfig;
    this.cache = cache;
    this.environment = environment;
  }

  /** The same with one more environment variable, such as {@code KUBE_EDITOR}. */
  public Kubectl with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Kubectl(kubeconfig, cache, more);
  }

  /** Whom it speaks as. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Runs it, for two minutes at most. */
  public Outcome run(String... arguments) {
    return runWith("", arguments);
  }

  /** Runs it with this standard input, as {@code -f -} reads it. */
  public Outcome runWith(String input, String... arguments) {
    return runProgram(List.of(Tools.program("k8s").toString(), "kubectl"), input, arguments);
  }

  /** Runs another program that reads the kubeconfig as kubectl does. */
  Outcome runProgram(List<String> program, String input, String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile("kubectl", ".out");
      Path err = Files.createTempFile("kubectl", ".err");
      try {
        return run(command, input, out, err);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome run(List<String> command, String input, Path out, Path err) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    String path = System.getenv("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("HOME", cache.toString());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("KUBECACHEDIR", cache.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    } catch (IOException itReadsNone) {
      // It ends without having read its input; what it says tells why.
    }
    String said = String.join(" ", command.subList(1, command.size()));
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(said + " does not end");
      }
      return new Outcome(said, process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + said, e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** What it printed; throws where it failed. */
  public String ok(String... arguments) {
    return run(arguments).orThrow();
  }

  /** Applies manifests; throws where it failed. */
  public String apply(String manifests, String... flags) {
    return runWith(manifests, concat(List.of("apply", "-f", "-"), flags)).orThrow();
  }

  /** An object as JSON; throws where there is none. */
  public JsonNode get(String... arguments) {
    return json(ok(concat(List.of("get", "-o", "json"), arguments)));
  }

  /** An object as JSON, where there is one. */
  public Optional<JsonNode> find(String... arguments) {
    String found = ok(concat(List.of("get", "-o", "json", "--ignore-not-found"), arguments));
    return found.isBlank() ? Optional.empty() : Optional.of(json(found));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kubectl printed no JSON: " + text, e);
    }
  }

  private static String[] concat(List<String> first, String... then) {
    List<String> all = new ArrayList<>(first);
    all.addAll(Arrays.asList(then));
    return all.toArray(String[]::new);
  }
}
