package io.vgpusteward.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it looks at what the process writes to stderr")
final class LoggingTest {
  private final LoggerContext context = new LoggerContext();

  LoggingTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @Test
  void text_isOneReadableLine() {
    String written =
        written(LogFormat.TEXT, LogLevel.INFO, () -> log("io.vgpusteward.server.Thing"));
    assertThat(written)
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  Thing: what 1 \"is\"\\R");
  }

  @Test
  void json_isOneObjectALine() {
    String written =
        written(LogFormat.JSON, LogLevel.INFO, () -> log("io.vgpusteward.server.Thing"));
    assertThat(written.lines()).hasSize(1);
    assertThat(written)
        .startsWith("{\"timestamp\":")
        .contains("\"level\":\"INFO\"", "\"loggerName\":\"io.vgpusteward.server.Thing\"")
        .contains("what 1 \\\"is\\\"")
        .doesNotContain("\"arguments\"", "\"context\"");
  }

  @Test
  void level_isForOurLines_librariesStayAtInfo() {
    assertThat(written(LogFormat.TEXT, LogLevel.DEBUG, this::debug))
        .contains("of ours")
        .doesNotContain("of a library");
    assertThat(written(LogFormat.TEXT, LogLevel.INFO, this::debug)).isEmpty();
    assertThat(written(LogFormat.TEXT, LogLevel.ERROR, () -> log("io.netty.Thing"))).isEmpty();
  }

  @Test
  void warningsThatNobodyCanActUpon_areLeftOut() {
    String versions = "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";
    assertThat(
            written(
                LogFormat.TEXT,
                LogLevel.DEBUG,
                () -> context.getLogger(versions).warn("unstable version")))
        .isEmpty();
  }

  @Test
  void log_beforeItIsSetUp_goesToStderrToo() {
    assertThat(
            written(() -> {
              new FirstLogging().configure(context);
              log("io.vgpusteward.server.Thing");
            }))
        .contains("what 1");
  }

  @Test
  void levelsAndFormats_areSpelledAsInFlags() {
    assertThat(Set.of(LogLevel.values()).toString()).isLowerCase().contains("debug");
    assertThat(LogFormat.JSON).hasToString("json");
  }

  private void debug() {
    context.getLogger("io.vgpusteward.server.Thing").debug("of ours");
    context.getLogger("io.netty.Thing").debug("of a library");
  }

  private void log(String logger) {
    context.getLogger(logger).info("what {} {}", 1, "\"is\"");
  }

  private String written(LogFormat format, LogLevel level, Runnable logs) {
    return written(() -> {
      Logging.configure(context, format, level);
      logs.run();
    });
  }

  private static String written(Runnable logs) {
    PrintStream stderr = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (PrintStream instead = new PrintStream(written, true, StandardCharsets.UTF_8)) {
      System.setErr(instead);
      logs.run();
    } finally {
      System.setErr(stderr);
    }
    return written.toString(StandardCharsets.UTF_8);
  }
}
