package io.vgpusteward.server.serve;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vgpusteward.certs.CertificateAuthority;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.certs.RenewalWatch;
import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.http.HttpsServer;
import io.vgpusteward.server.http.SelfCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The HTTPS listeners of the program: admission's, and where it is wanted the one for
 * kube-scheduler. Both show the same certificate. Methods block.
 */
final class Listeners {
  private final Vertx vertx;
  private final Steward.Setup setup;
  private final HttpsServer admission;
  private final Optional<Extender> extender;

  /**
   * The listener for kube-scheduler.
   *
   * @param clients who vouches for its clients; empty for clients without a certificate
   */
  private record Extender(HttpsServer server, Optional<Clients> clients) {}

  /**
   * Clients that need a certificate.
   *
   * @param probe vouches for the self-check, and until that is over for nobody else
   * @param first who vouches for them from then on
   */
  private record Clients(CertificateAuthority probe, ClientAuthorities first) {}

  private Listeners(
      Vertx vertx, Steward.Setup setup, HttpsServer admission, Optional<Extender> extender) {
    this.vertx = vertx;
    this.setup = setup;
    this.admission = admission;
    this.extender = extender;
  }

  /**
   * Starts to listen. The one for kube-scheduler takes nobody in before {@link #check}.
   *
   * @param first who vouches for clients of kube-scheduler's, where somebody needs to
   */
  static Listeners open(
      Vertx vertx,
      Steward.Setup setup,
      KeyMaterial keys,
      Optional<ClientAuthorities> first,
      Context context) {
    Optional<Clients> clients =
        first.map(
            known -> new Clients(CertificateAuthority.create("self-check", setup.clock()), known));
    HttpsServer admission =
        HttpsServer.listen(
            vertx,
            setup.listen(),
            keys,
            Optional.empty(),
            routes(setup.features().routes(), context));
    return new Listeners(
        vertx,
        setup,
        admission,
        setup
            .extender()
            .map(wanted ->
                new Extender(
                    HttpsServer.listen(
                        vertx,
                        wanted.listen(),
                        keys,
                        clients.map(Clients::probe).map(ClientAuthorities::of),
                        routes(setup.features().extenderRoutes(), context)),
                    clients)));
  }

  private static List<Consumer<Router>> routes(
      List<Function<Context, Consumer<Router>>> features, Context context) {
    return features.stream().map(feature -> feature.apply(context)).toList();
  }

  /** Where admission listens, with the real port. */
  HostPort admission() {
    return admission.address();
  }

  /** Where kube-scheduler is listened to, with the real port. */
  Optional<HostPort> extender() {
    return extender.map(one -> one.server().address());
  }

  /** Shows this pair in all handshakes from now on. */
  void use(KeyMaterial keys) {
    admission.use(keys);
    extender.ifPresent(one -> one.server().use(keys));
  }

  /**
   * Sends each a request, and then lets kube-scheduler in.
   *
   * @return what keeps on following who vouches for clients, to be closed; empty where nobody needs
   *     to
   */
  Optional<AutoCloseable> check(KeyMaterial keys) {
    SelfCheck.run(vertx, admission(), keys, Optional.empty());
    if (extender.isEmpty()) {
      return Optional.empty();
    }
    HttpsServer server = extender.get().server();
    Optional<Clients> clients = extender.get().clients();
    SelfCheck.run(
        vertx,
        server.address(),
        keys,
        clients.map(needed -> needed.probe().issueClient("self-check")));
    return clients.map(needed -> {
      server.trust(needed.first());
      return RenewalWatch.start(
          setup.extender().flatMap(Steward.ExtenderSetup::clients).orElseThrow(),
          needed.first(),
          setup.keyPoll(),
          setup.clock(),
          server::trust);
    });
  }

  /**
   * Takes no new connections and lets requests in flight finish, on both at once.
   *
   * @param grace after it what is still in flight is cut off
   */
  void shutdown(Duration grace) {
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> extender.ifPresent(one -> one.server().shutdown(grace)),
            task -> Thread.ofPlatform().daemon().name("extender-shutdown").start(task));
    admission.shutdown(grace);
    other.join();
  }
}
