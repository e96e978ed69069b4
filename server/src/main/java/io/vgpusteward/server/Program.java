package io.vgpusteward.server;

import io.vgpusteward.certs.KeyMaterialException;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.VirtualMachines;
import io.vgpusteward.cluster.file.FileVirtualMachines;
import io.vgpusteward.cluster.live.LiveObjects;
import io.vgpusteward.cluster.live.LiveVirtualMachines;
import io.vgpusteward.server.adopt.AdoptCommand;
import io.vgpusteward.server.agent.AgentCommand;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.LoggingOptions;
import io.vgpusteward.server.config.Settings;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.demo.DemoCommand;
import io.vgpusteward.server.explain.ExplainCommand;
import io.vgpusteward.server.http.ListenException;
import io.vgpusteward.server.logging.Logging;
import io.vgpusteward.server.nodes.NodesCommand;
import io.vgpusteward.server.release.ReleaseCommand;
import io.vgpusteward.server.review.ReviewCommand;
import io.vgpusteward.server.scheduler.SchedulerConfigCommand;
import io.vgpusteward.server.serve.ServeCommand;
import io.vgpusteward.server.serve.Version;
import io.vgpusteward.server.serve.Wiring;
import io.vgpusteward.server.snapshot.SnapshotCommand;
import io.vgpusteward.server.webhooks.WebhookConfigCommand;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * The command line of {@code vgpu-steward}. Status 0 is success, 1 a failure while running, 2 a
 * command line or a configuration that is wrong; commands may say more about theirs.
 */
final class Program {
  private static final Logger LOG = LoggerFactory.getLogger(Program.class);
  private static final int HELP_WIDTH = 100;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final Surroundings surroundings;
  private final PrintWriter err;
  private final Root root = new Root();
  private final CommandLine commandLine;

  @Command(
      name = "vgpu-steward",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "NVIDIA vGPU for virtual machines on Kubernetes, by kubectl apply alone.",
      synopsisSubcommandLabel = "<command>",
      footer = {
        "",
        "Each flag --some-name can also be set by the environment variable",
        "VGPU_STEWARD_SOME_NAME, or as some-name in the YAML file of --config.",
        "The command line wins, then the environment, then the file."
      })
  private static final class Root {
    @Option(
        names = Settings.FILE_OPTION,
        paramLabel = "<file>",
        scope = ScopeType.INHERIT,
        description = "YAML file with settings: names of flags without dashes in front.")
    private String config = "";

    @Mixin private LoggingOptions logging = new LoggingOptions();
  }

  Program(Surroundings surroundings, Wiring wiring, PrintWriter out, PrintWriter err) {
    this.surroundings = surroundings;
    this.err = err;
    this.commandLine =
        new CommandLine(root)
            .addSubcommand(new ServeCommand(surroundings, wiring))
            .addSubcommand(new AgentCommand(surroundings, InstantSource.system()))
            .addSubcommand(new ReviewCommand(surroundings, wiring.cluster(), System.in))
            .addSubcommand(
                new SnapshotCommand((kubeconfig, context) ->
                    LiveObjects.open(Version.current(), kubeconfig, context)))
            .addSubcommand(new AdoptCommand(surroundings, wiring.cluster()))
            .addSubcommand(
                new ExplainCommand(surroundings, wiring.cluster(), InstantSource.system()))
            .addSubcommand(new NodesCommand(surroundings, wiring.cluster(), InstantSource.system()))
            .addSubcommand(new ReleaseCommand(surroundings, Program::virtualMachines))
            .addSubcommand(new WebhookConfigCommand(surroundings))
            .addSubcommand(new SchedulerConfigCommand(surroundings))
            .addSubcommand(new DemoCommand(wiring))
            .setUsageHelpWidth(HELP_WIDTH)
            .setUsageHelpLongOptionsMaxWidth(HELP_WIDTH / 3)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(out)
            .setErr(err);
    commandLine
        .getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
  }

  private static VirtualMachines virtualMachines(ClusterConfiguration configuration) {
    return configuration
        .folder()
        .<VirtualMachines>map(FileVirtualMachines::open)
        .orElseGet(() ->
            LiveVirtualMachines.open(
                Version.current(), configuration.kubeconfig(), configuration.context()));
  }

  CommandLine serve() {
    return Objects.requireNonNull(commandLine.getSubcommands().get("serve"));
  }

  /** Runs a command and returns its status. */
  int run(String... arguments) {
    Settings settings;
    // What the file and the environment may set is what the two that run on and on have; other
    // commands share in it.
    List<String> options =
        Stream.of("serve", "agent")
            .map(name -> Objects.requireNonNull(commandLine.getSubcommands().get(name)))
            .flatMap(command -> Settings.optionsOf(command).stream())
            .distinct()
            .toList();
    try {
      settings = Settings.read(List.of(arguments), surroundings.environment(), options);
    } catch (ConfigurationException e) {
      return misused(e);
    }
    return commandLine
        .setDefaultValueProvider(settings)
        .setParameterExceptionHandler((e, given) -> misused(describe(e, settings, given)))
        .setExecutionExceptionHandler((e, command, result) -> failed(e))
        .setExecutionStrategy(parsed -> {
          Logging.configure(root.logging.format(), root.logging.level());
          LOG.debug("configuration file: {}", root.config.isEmpty() ? "none" : root.config);
          settings
              .unknownVariables(options)
              .forEach(name -> LOG.warn("{} sets nothing: there is no such flag", name));
          return new CommandLine.RunLast().execute(parsed);
        })
        .execute(arguments);
  }

  /** One line: where the wrong value is from, what is wrong with it, and where to read more. */
  private static String describe(ParameterException e, Settings settings, String[] given) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    if (e.getArgSpec() instanceof OptionSpec option && !isGiven(option, given)) {
      return settings.origin(option).map(origin -> origin + ": " + message).orElse(message);
    }
    return message + " (try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help')";
  }

  private static boolean isGiven(OptionSpec option, String[] arguments) {
    return Arrays.stream(arguments)
        .anyMatch(argument ->
            argument.equals(option.longestName())
                || argument.startsWith(option.longestName() + "="));
  }

  private int failed(Exception failure) {
    if (failure instanceof ConfigurationException || failure instanceof KeyMaterialException) {
      return misused(failure);
    }
    if (!(failure instanceof ClusterException || failure instanceof ListenException)) {
      LOG.error("this should not have happened", failure);
    }
    err.println("vgpu-steward: " + failure.getMessage());
    return FAILED;
  }

  private int misused(Exception e) {
    return misused(String.valueOf(e.getMessage()));
  }

  private int misused(String message) {
    err.println("vgpu-steward: " + message);
    return MISUSED;
  }
}
