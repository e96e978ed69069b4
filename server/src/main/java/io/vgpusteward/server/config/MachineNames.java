package io.vgpusteward.server.config;

import io.vgpusteward.cluster.GuestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The virtual machines that a command is about: those that are named, or all of its own choice. */
public final class MachineNames {
  @Option(
      names = {"-n", "--vm-namespace"},
      paramLabel = "<name>",
      defaultValue = "",
      description = {
        "Namespace of VMs that are named without one; with --all, of the only ones that count.",
        "Default: default; with --all, all namespaces."
      })
  private String namespace = "";

  @Parameters(paramLabel = "<[namespace/]vm>", arity = "0..*", description = "VMs by their names.")
  private List<String> named = new ArrayList<>();

  /**
   * Checks that either VMs are named or all are meant.
   *
   * @param command for the message
   * @throws ConfigurationException when neither or both is so
   */
  public void check(String command, boolean all) {
    if (all == !named.isEmpty()) {
      throw new ConfigurationException(command + ": name VMs, or give --all");
    }
  }

  /** Those that are named, in their order. */
  public List<GuestKey> keys() {
    return named.stream().map(this::key).toList();
  }

  private GuestKey key(String name) {
    int slash = name.indexOf('/');
    String own = namespace.isEmpty() ? "default" : namespace;
    return new GuestKey(
        GuestKey.Kind.VirtualMachine,
        slash < 0 ? own : name.substring(0, slash),
        name.substring(slash + 1));
  }

  /** The namespace that all is restricted to; empty for every one. */
  public Optional<String> namespace() {
    return Optional.of(namespace).filter(name -> !name.isEmpty());
  }
}
