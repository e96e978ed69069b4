package io.vgpusteward.server.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives options that are not on the command line their values: from the environment, where {@code
 * --metrics-listen} is {@code VGPU_STEWARD_METRICS_LISTEN}, else from the configuration file, where
 * it is {@code metrics-listen}.
 */
public final class Settings implements IDefaultValueProvider {
  /** The option that names the configuration file; it cannot stand in that file itself. */
  public static final String FILE_OPTION = "--config";

  private static final String ENVIRONMENT_PREFIX = "VGPU_STEWARD_";

  /**
   * What Kubernetes puts into each pod for Services that are called vgpu-steward or begin with it.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ENVIRONMENT_PREFIX
              + "(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

  private final Map<String, String> environment;
  private final Optional<SettingsFile> file;
  private final List<String> knownOptions;

  private Settings(
      Map<String, String> environment, Optional<SettingsFile> file, List<String> knownOptions) {
    this.environment = environment;
    this.file = file;
    this.knownOptions = knownOptions;
  }

  /**
   * Reads the environment and, where the arguments or the environment name one, the file.
   *
   * @throws ConfigurationException when the file cannot be read or holds a key that is not known
   */
  public static Settings read(
      List<String> arguments, Map<String, String> environment, Collection<String> knownOptions) {
    Optional<SettingsFile> file =
        fileOf(arguments, environment).map(Path::of).map(SettingsFile::read);
    file.ifPresent(settings ->
        settings.checkKeys(
            knownOptions.stream()
                .filter(option -> !option.equals(FILE_OPTION))
                .map(Settings::key)
                .toList()));
    return new Settings(environment, file, List.copyOf(knownOptions));
  }

  private static Optional<String> fileOf(List<String> arguments, Map<String, String> environment) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(FILE_OPTION + "=")) {
        return Optional.of(argument.substring(FILE_OPTION.length() + 1));
      }
      if (argument.equals(FILE_OPTION) && i + 1 < arguments.size()) {
        return Optional.of(arguments.get(i + 1));
      }
    }
    return Optional.ofNullable(environment.get(variable(FILE_OPTION)));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || !knownOptions.contains(option.longestName())) {
      return null;
    }
    String fromEnvironment = environment.get(variable(option.longestName()));
    return fromEnvironment != null
        ? fromEnvironment
        : file.flatMap(settings -> settings.value(key(option.longestName()))).orElse(null);
  }

  /** Where an option that is not on the command line has its value from, for a message. */
  public Optional<String> origin(OptionSpec option) {
    String variable = variable(option.longestName());
    return environment.containsKey(variable)
        ? Optional.of(variable)
        : file.flatMap(settings -> settings.origin(key(option.longestName())));
  }

  /** Environment variables that look as if they were meant for us and are not, in order. */
  public List<String> unknownVariables(Collection<String> knownOptions) {
    List<String> known = knownOptions.stream().map(Settings::variable).toList();
    return environment.keySet().stream()
        .filter(name -> name.startsWith(ENVIRONMENT_PREFIX))
        .filter(name -> !known.contains(name))
        .filter(name -> !SERVICE_LINK.matcher(name).matches())
        .sorted()
        .toList();
  }

  /** All options of a command and its subcommands that can be set from outside. */
  public static List<String> optionsOf(CommandLine command) {
    return Stream.concat(
            command.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(OptionSpec::longestName)
                .filter(name -> name.startsWith("--")),
            command.getSubcommands().values().stream()
                .flatMap(subcommand -> optionsOf(subcommand).stream()))
        .distinct()
        .toList();
  }

  private static String key(String option) {
    return option.substring(2);
  }

  private static String variable(String option) {
    return ENVIRONMENT_PREFIX + key(option).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
