package io.vgpusteward.server.serve;

import io.vgpusteward.certs.CertificateFiles;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.FolderAuthority;
import io.vgpusteward.certs.KeySource;
import io.vgpusteward.certs.SubjectNames;
import io.vgpusteward.server.config.ExtenderConfiguration;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.config.ServeConfiguration;
import io.vgpusteward.server.config.ServeOptions;
import io.vgpusteward.server.config.Surroundings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward serve}: the webhook and the controllers, until a signal comes. */
@Command(
    name = "serve",
    description = {
      "Serve admission and kube-scheduler by HTTPS, and run the controllers,",
      "until SIGTERM or SIGINT.",
      "Prints one line, 'ready https://host:port', once it answers."
    })
public final class ServeCommand implements Callable<Integer> {
  /** Where a folder that is a cluster keeps what this program writes. */
  static final String OWN_FOLDER = ".vgpu-steward";

  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final Duration KEY_POLL = Duration.ofSeconds(10);

  private final Surroundings surroundings;
  private final Wiring wiring;

  @Spec private CommandSpec spec;
  @Mixin private ServeOptions options = new ServeOptions();

  public ServeCommand(Surroundings surroundings, Wiring wiring) {
    this.surroundings = surroundings;
    this.wiring = wiring;
  }

  @Override
  public Integer call() {
    ServeConfiguration configuration = options.toConfiguration(surroundings);
    InstantSource clock = InstantSource.system();
    Steward steward =
        new Steward(
            new Steward.Setup(
                configuration.listen(),
                configuration.extender().map(extender -> extender(extender, clock)),
                configuration.metricsListen(),
                keys(configuration, clock),
                KEY_POLL,
                () -> wiring.cluster().apply(configuration.cluster()),
                wiring.features().apply(configuration),
                configuration.shutdownGrace(),
                clock));
    try (steward;
        var _ = SignalHandling.close(steward, configuration.shutdownGrace())) {
      if (steward.start()) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("ready " + steward.url());
        out.flush();
        steward.awaitClose();
      }
    } catch (InterruptedException e) {
      LOG.info("interrupted: shutting down");
    }
    return 0;
  }

  private static Steward.ExtenderSetup extender(
      ExtenderConfiguration configuration, InstantSource clock) {
    HostPort listen = configuration.listen();
    if (configuration.clientCa().isEmpty() && !listen.isLoopback()) {
      LOG.warn(
          "the extender on {} takes any client: anybody who reaches it can ask where pods may go"
              + " (--extender-client-ca)",
          listen);
    }
    return new Steward.ExtenderSetup(
        listen, configuration.clientCa().map(file -> ClientAuthorities.file(file, clock)));
  }

  private static KeySource keys(ServeConfiguration configuration, InstantSource clock) {
    return configuration
        .tls()
        .<KeySource>map(files -> new CertificateFiles(files.certificate(), files.key(), clock))
        .orElseGet(() -> ownAuthority(configuration, clock));
  }

  private static KeySource ownAuthority(ServeConfiguration configuration, InstantSource clock) {
    TreeSet<String> names = new TreeSet<>();
    names.add("localhost");
    names.add("127.0.0.1");
    names.add("::1");
    Stream.concat(
            Stream.of(configuration.listen()),
            configuration.extender().map(ExtenderConfiguration::listen).stream())
        .filter(listen -> !listen.isWildcard())
        .forEach(listen -> names.add(listen.host()));
    Path folder = configuration.cluster().folder().orElseThrow().resolve(OWN_FOLDER);
    return new FolderAuthority(folder, SubjectNames.of(names), clock);
  }
}
