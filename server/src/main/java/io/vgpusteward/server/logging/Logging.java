package io.vgpusteward.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/** Sets up the log of the process. */
public final class Logging {
  private static final String OURS = "io.vgpusteward";

  /** Warns at each start of kinds that KubeVirt serves as beta, which nobody here can change. */
  private static final String BETA_VERSIONS =
      "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

  /**
   * Warns for each connection to the kubelet of an option that grpc sets and a Unix socket lacks.
   */
  private static final String UNIX_SOCKETS = "io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap";

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0}: %msg%n";

  private Logging() {}

  /** Replaces the set-up of the log; the level is for our own lines. */
  public static void configure(LogFormat format, LogLevel level) {
    configure((LoggerContext) LoggerFactory.getILoggerFactory(), format, level);
  }

  static void configure(LoggerContext context, LogFormat format, LogLevel level) {
    context.reset();
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> text();
          case JSON -> json();
        };
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level.ofLibraries());
    root.addAppender(appender);
    context.getLogger(OURS).setLevel(level.ofOurs());
    context.getLogger(BETA_VERSIONS).setLevel(Level.ERROR);
    context.getLogger(UNIX_SOCKETS).setLevel(Level.ERROR);
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PATTERN);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithContext(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    return encoder;
  }
}
