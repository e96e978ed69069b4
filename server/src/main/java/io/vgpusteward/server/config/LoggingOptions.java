package io.vgpusteward.server.config;

import io.vgpusteward.server.logging.LogFormat;
import io.vgpusteward.server.logging.LogLevel;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The flags about logs, which all commands have. */
public final class LoggingOptions {
  @Option(
      names = "--log-format",
      paramLabel = "<format>",
      scope = ScopeType.INHERIT,
      defaultValue = "text",
      description =
          "Form of the log on stderr: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private LogFormat format = LogFormat.TEXT;

  @Option(
      names = "--log-level",
      paramLabel = "<level>",
      scope = ScopeType.INHERIT,
      defaultValue = "info",
      description =
          "Least level of our own lines: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private LogLevel level = LogLevel.INFO;

  public LogFormat format() {
    return format;
  }

  public LogLevel level() {
    return level;
  }
}
