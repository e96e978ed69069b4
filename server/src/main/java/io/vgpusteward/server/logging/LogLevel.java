package io.vgpusteward.server.logging;

import ch.qos.logback.classic.Level;
import java.util.Locale;

/** The least level of the lines that are written. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG;

  Level ofOurs() {
    return Level.valueOf(name());
  }

  /** Libraries stay at info: below it the HTTP clients log bodies, and those hold secrets. */
  Level ofLibraries() {
    return ofOurs().isGreaterOrEqual(Level.INFO) ? ofOurs() : Level.INFO;
  }

  /** As in flags and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
