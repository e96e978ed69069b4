package io.vgpusteward.server.config;

import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.injection.Placement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say what is injected into virtual machines. */
public final class InjectionOptions {
  @Option(
      names = "--placement",
      paramLabel = "<mode>",
      defaultValue = "affinity",
      description = {
        "How VMs find their node: affinity or extender.",
        "Default: ${DEFAULT-VALUE}."
      })
  private Placement placement = Placement.AFFINITY;

  @Option(
      names = "--scheduler-name",
      paramLabel = "<name>",
      description = "With --placement extender: the scheduler for VMs that name none.")
  private @Nullable String schedulerName;

  /**
   * The complete settings.
   *
   * @throws ConfigurationException when the flags do not go together
   */
  public InjectionSettings toSettings() {
    if (schedulerName != null && placement != Placement.EXTENDER) {
      throw new ConfigurationException("--scheduler-name needs --placement extender");
    }
    return new InjectionSettings(placement, Optional.ofNullable(schedulerName));
  }
}
