package io.vgpusteward.server.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags that say what is made of the inventories of nodes. */
public final class InventoryOptions {
  @Option(
      names = "--inventory-max-age",
      paramLabel = "<duration>",
      defaultValue = "5m",
      converter = DurationConverter.class,
      description = {
        "How long after a node agent's last sign of life its inventory counts.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Duration maxAge = Duration.ofMinutes(5);

  /**
   * The age.
   *
   * @throws ConfigurationException when it is not positive
   */
  public Duration maxAge() {
    return ServeOptions.positive("--inventory-max-age", maxAge);
  }
}
