package io.vgpusteward.server.logging;

import java.util.Locale;

/** The form of a log line. */
public enum LogFormat {
  /** For people: time, level, where, what. */
  TEXT,
  /** For machines: one JSON object a line. */
  JSON;

  /** As in flags and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
