package io.vgpusteward.server.demo;

import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.logging.LogFormat;
import io.vgpusteward.server.logging.LogLevel;
import io.vgpusteward.server.logging.Logging;
import io.vgpusteward.server.serve.SignalHandling;
import io.vgpusteward.server.serve.Wiring;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward demo}: the main job, on the example cluster, in one command. */
@Command(
    name = "demo",
    description = {
      "Show the main job on the example cluster: a VirtualMachine asks for a vGPU by one",
      "annotation, a real HTTPS admission server answers, and the licence reaches its Secret.",
      "Works on a copy; needs no Kubernetes."
    })
public final class DemoCommand implements Callable<Integer> {
  /** The system property with the folder that holds {@code examples}; the launcher sets it. */
  public static final String HOME_PROPERTY = "vgpu-steward.home";

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Wiring wiring;

  @Spec private CommandSpec spec;

  @Option(
      names = "--examples",
      paramLabel = "<folder>",
      description = "Folder with cluster/ and vm.yaml. Default: the examples of the program.")
  private @Nullable Path examples;

  @Option(names = "--keep", description = "Leave the server up, and say how to go on with curl.")
  private boolean keep;

  public DemoCommand(Wiring wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!spec.root().commandLine().getParseResult().hasMatchedOption("--log-level")) {
      Logging.configure(LogFormat.TEXT, LogLevel.WARN);
    }
    Path source = examples();
    Path copy = Files.createTempDirectory("vgpu-steward-demo-");
    PrintWriter out = spec.commandLine().getOut();
    copy(source.resolve("cluster"), copy);
    try (Demo demo = new Demo(copy, source.resolve("vm.yaml"), wiring, out);
        var _ = SignalHandling.close(demo, GRACE)) {
      if (demo.start()) {
        demo.show();
        if (keep) {
          demo.keep();
        }
      }
    }
    return 0;
  }

  private Path examples() {
    Path folder = examples;
    if (folder == null) {
      String home = System.getProperty(HOME_PROPERTY, "");
      folder = Path.of(home.isEmpty() ? "." : home).resolve("examples");
    }
    if (!Files.isDirectory(folder.resolve("cluster"))
        || !Files.isReadable(folder.resolve("vm.yaml"))) {
      throw new ConfigurationException(
          "--examples: " + folder + " does not hold a folder cluster and a file vm.yaml");
    }
    return folder;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }
}
