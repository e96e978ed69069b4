package io.vgpusteward.server;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.cluster.live.LiveCluster;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.ServeConfiguration;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.serve.Context;
import io.vgpusteward.server.serve.Features;
import io.vgpusteward.server.serve.Version;
import io.vgpusteward.server.serve.Wiring;
import io.vgpusteward.webhook.admission.AdmissionRoutes;
import io.vgpusteward.webhook.admission.Endpoints;
import io.vgpusteward.webhook.license.LicenseController;
import io.vgpusteward.webhook.review.Endpoint;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/** Where the program begins, and where its parts are chosen. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        new Program(
                Surroundings.ofProcess(),
                wiring(),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8))
            .run(arguments));
  }

  /** The parts of the program as it ships. */
  static Wiring wiring() {
    return new Wiring(Main::cluster, Main::features);
  }

  private static Cluster cluster(ClusterConfiguration configuration) {
    return configuration
        .folder()
        .<Cluster>map(FileCluster::open)
        .orElseGet(() ->
            LiveCluster.open(
                Version.current(),
                configuration.kubeconfig(),
                configuration.context(),
                configuration.namespace()));
  }

  private static Features features(ServeConfiguration configuration) {
    List<Endpoint> endpoints = Endpoints.of(configuration.admission());
    return new Features(
        List.of(context ->
            new AdmissionRoutes(endpoints, context.cluster()::view, context.metrics())::mount),
        configuration.controller()
            ? List.of(context -> licenses(configuration, context))
            : List.of());
  }

  private static AutoCloseable licenses(ServeConfiguration configuration, Context context) {
    LicenseController.Settings settings =
        LicenseController.Settings.of(configuration.cluster().namespace())
            .withUserSecretPoll(configuration.userSecretPoll());
    return LicenseController.start(
        context.cluster(), settings, context.metrics(), InstantSource.system());
  }
}
