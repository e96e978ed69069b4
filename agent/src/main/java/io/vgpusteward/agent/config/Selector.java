package io.vgpusteward.agent.config;

import io.vgpusteward.agent.config.Wanted.Reach;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a line is about: the left side of its equals sign. */
sealed interface Selector {
  /** One virtual function, by its address as sysfs has it. */
  record Function(String busId) implements Selector {
    @Override
    public String toString() {
      return busId;
    }
  }

  /** All virtual functions of the GPU with this address. */
  record OfGpu(String busId) implements Selector {
    @Override
    public String toString() {
      return busId + "/*";
    }
  }

  /** All virtual functions of all GPUs whose profiles begin with this token. */
  record OfBoard(String board) implements Selector {
    @Override
    public String toString() {
      return board;
    }
  }

  /** Which lines win: those of less reach. */
  default Reach reach() {
    return switch (this) {
      case Function function -> Reach.FUNCTION;
      case OfGpu gpu -> Reach.GPU;
      case OfBoard board -> Reach.BOARD;
    };
  }

  /**
   * The form of a PCI address; the domain has 4 digits in sysfs and 8 in what nvidia-smi prints.
   */
  Pattern ADDRESS =
      Pattern.compile(
          "(?<domain>[0-9a-fA-F]{4,8}):(?<bus>[0-9a-fA-F]{2}):(?<device>[01][0-9a-fA-F])"
              + "\\.(?<function>[0-7])");

  /** An address as sysfs spells it: lower case, a domain of 4 digits unless it needs more. */
  static Optional<String> address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        "%04x:%02x:%02x.%s"
            .formatted(
                Long.parseLong(matcher.group("domain"), 16),
                Integer.parseInt(matcher.group("bus"), 16),
                Integer.parseInt(matcher.group("device"), 16),
                matcher.group("function")));
  }
}
