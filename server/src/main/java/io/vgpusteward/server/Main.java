package io.vgpusteward.server;

import io.vertx.ext.web.Router;
import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.file.FileCluster;
import io.vgpusteward.cluster.live.LiveCluster;
import io.vgpusteward.extender.http.ExtenderRoutes;
import io.vgpusteward.extender.pending.PendingController;
import io.vgpusteward.extender.pending.PendingSettings;
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
import io.vgpusteward.webhook.permitted.PermittedListController;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.sweep.GapFinder;
import io.vgpusteward.webhook.sweep.Sweep;
import io.vgpusteward.webhook.sweep.SweepSettings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Where the program begins, and where its parts are chosen. */
public final class Main {
  /** A comparison costs a few milliseconds with 10,000 machines. */
  private static final Duration PERMITTED_LIST_INTERVAL = Duration.ofSeconds(10);

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
    List<Endpoint> endpoints =
        Endpoints.of(configuration.admission(), configuration.cluster().namespace());
    return new Features(
        List.of(context ->
            new AdmissionRoutes(endpoints, context.cluster()::view, context.metrics())::mount),
        configuration.extender().stream()
            .<Function<Context, Consumer<Router>>>map(extender ->
                context ->
                    new ExtenderRoutes(
                            context.cluster()::view,
                            extender.placement(),
                            extender.maxBody(),
                            context.metrics(),
                            InstantSource.system())
                        ::mount)
            .toList(),
        configuration.controller()
            ? List.of(
                context -> licenses(configuration, context),
                context -> sweep(configuration, context),
                context ->
                    PermittedListController.start(
                        context.cluster(), context.metrics(), PERMITTED_LIST_INTERVAL),
                context ->
                    PendingController.start(
                        context.cluster(),
                        PendingSettings.of(configuration.inventoryMaxAge()),
                        context.metrics(),
                        InstantSource.system()))
            : List.of());
  }

  private static AutoCloseable sweep(ServeConfiguration configuration, Context context) {
    return Sweep.start(
        context.cluster(),
        new GapFinder(configuration.admission().injection()),
        SweepSettings.every(configuration.sweepInterval()),
        context.metrics(),
        InstantSource.system());
  }

  private static AutoCloseable licenses(ServeConfiguration configuration, Context context) {
    LicenseController.Settings settings =
        LicenseController.Settings.of(configuration.cluster().namespace())
            .withUserSecretPoll(configuration.userSecretPoll());
    return LicenseController.start(
        context.cluster(), settings, context.metrics(), InstantSource.system());
  }
}
