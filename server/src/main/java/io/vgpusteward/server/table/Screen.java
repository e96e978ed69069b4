package io.vgpusteward.server.table;

import java.io.Console;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;

/** The terminal of the process, where there is one. */
public final class Screen {
  private Screen() {}

  /** Its width in characters; empty where the output goes to a file or a pipe. */
  public static OptionalInt width(CommandSpec spec) {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        ? OptionalInt.of(spec.usageMessage().autoWidth(true).width())
        : OptionalInt.empty();
  }
}
