package io.vgpusteward.server.table;

/** The forms of output, spelled as users do. */
@SuppressWarnings("EnumOrdinal")
public enum Output {
  /** For people. */
  table,
  /** The same with more columns. */
  wide,
  json,
  yaml
}
