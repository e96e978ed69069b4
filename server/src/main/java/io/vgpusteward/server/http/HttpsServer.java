package io.vgpusteward.server.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vgpusteward.certs.ClientAuthorities;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.server.config.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTPS listener: HTTP/1.1 and HTTP/2, one event loop a core, with a certificate that can be
 * swapped while connections stay, and so can the authorities of its clients, where clients need a
 * certificate. What it answers is up to the routes that are mounted. Its methods block, and may be
 * called from any thread but an event loop.
 */
public final class HttpsServer {
  /** Longer than the 90 s after which a Go client, kube-apiserver for one, lets idle ones go. */
  private static final int IDLE_SECONDS = 180;

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(HttpsServer.class);

  /** To Vert.x a negative port is a free one, the same for all servers that give this number. */
  private static final AtomicInteger SHARED_FREE_PORT = new AtomicInteger();

  /**
   * How much a client may send before it has to wait for us, 16 times HTTP/2's own: a review is up
   * to 3 MiB, the names of 5,000 nodes are 300 kB, and each wait is a round trip.
   */
  private static final int WINDOW_BYTES = 1024 * 1024;

  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final Set<HttpServerResponse> inFlight = ConcurrentHashMap.newKeySet();
  private final HostPort address;
  private final boolean asksClients;

  /** What handshakes are done with. Guarded by this. */
  private KeyMaterial keys;

  private Optional<ClientAuthorities> clients;

  private HttpsServer(
      Vertx vertx,
      HostPort where,
      KeyMaterial keys,
      Optional<ClientAuthorities> clients,
      List<? extends Consumer<Router>> routes) {
    this.keys = keys;
    this.clients = clients;
    this.asksClients = clients.isPresent();
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(pem(keys))
            .setIdleTimeout(IDLE_SECONDS)
            .setInitialSettings(
                new HttpServerOptions().getInitialSettings().setInitialWindowSize(WINDOW_BYTES))
            .setHttp2ConnectionWindowSize(WINDOW_BYTES);
    clients.ifPresent(authorities ->
        options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(pem(authorities)));
    // Port 0 would be a free one for each of the instances.
    int port = where.port() == 0 ? SHARED_FREE_PORT.decrementAndGet() : where.port();
    int cores = Runtime.getRuntime().availableProcessors();
    try {
      vertx
          .deployVerticle(
              () -> new Loop(options, port, where.host(), routes),
              new DeploymentOptions().setInstances(cores))
          .await();
    } catch (Exception e) {
      // await() throws what failed as it is, checked or not.
      throw new ListenException(where, e);
    }
    this.address = where.withPort(servers.getFirst().actualPort());
  }

  /**
   * Starts to listen; blocks until it does.
   *
   * @param clients who vouches for clients, which then need a certificate; empty for clients
   *     without
   * @param routes each mounts its routes on a router, once for every event loop
   * @throws ListenException when it cannot
   */
  public static HttpsServer listen(
      Vertx vertx,
      HostPort where,
      KeyMaterial keys,
      Optional<ClientAuthorities> clients,
      List<? extends Consumer<Router>> routes) {
    return new HttpsServer(vertx, where, keys, clients, routes);
  }

  /** Where it listens, with the real port. */
  public HostPort address() {
    return address;
  }

  /** Uses this pair for all handshakes from now on; connections that exist stay. */
  public synchronized void use(KeyMaterial pair) {
    handshakeWith(pair, clients);
    keys = pair;
  }

  /**
   * Takes clients that these authorities vouch for from now on; connections that exist stay.
   *
   * @throws IllegalStateException where clients need no certificate
   */
  public synchronized void trust(ClientAuthorities authorities) {
    if (!asksClients) {
      throw new IllegalStateException("clients of " + address + " need no certificate");
    }
    handshakeWith(keys, Optional.of(authorities));
    clients = Optional.of(authorities);
  }

  private void handshakeWith(KeyMaterial pair, Optional<ClientAuthorities> authorities) {
    ServerSSLOptions options = new ServerSSLOptions();
    options.setUseAlpn(true);
    options.setKeyCertOptions(pem(pair));
    authorities.ifPresent(
        trusted -> options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(pem(trusted)));
    Future.join(servers.stream().map(server -> server.updateSSLOptions(options.copy())).toList())
        .await();
  }

  /**
   * Takes no new connections and lets requests in flight finish.
   *
   * @param grace after it what is still in flight is cut off
   */
  public void shutdown(Duration grace) {
    Future<?> drained =
        Future.join(
            servers.stream().map(server -> server.shutdown(grace.plus(LAST_WORDS))).toList());
    try {
      drained.await(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Left alone, Vert.x closes the connection then, and Netty's HTTP/2 goes on to wait for
      // streams.
      LOG.warn("{} requests in flight are cut off", inFlight.size());
      inFlight.forEach(HttpServerResponse::reset);
      drained.await();
    }
  }

  private void count(RoutingContext request) {
    inFlight.add(request.response());
    request.addEndHandler(end -> inFlight.remove(request.response()));
    request.next();
  }

  private static PemKeyCertOptions pem(KeyMaterial keys) {
    return new PemKeyCertOptions()
        .addCertValue(Buffer.buffer(keys.certificatePem()))
        .addKeyValue(Buffer.buffer(keys.privateKeyPem()));
  }

  private static PemTrustOptions pem(ClientAuthorities authorities) {
    return new PemTrustOptions().addCertValue(Buffer.buffer(authorities.pem()));
  }

  /** One of the servers that share the port, each with an event loop and a router of its own. */
  private final class Loop extends VerticleBase {
    private final HttpServerOptions options;
    private final int port;
    private final String host;
    private final List<? extends Consumer<Router>> routes;

    Loop(
        HttpServerOptions options, int port, String host, List<? extends Consumer<Router>> routes) {
      this.options = options;
      this.port = port;
      this.host = host;
      this.routes = routes;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      router.route().handler(HttpsServer.this::count);
      routes.forEach(mount -> mount.accept(router));
      HttpServer server = vertx.createHttpServer(options).requestHandler(router);
      return server.listen(port, host).onSuccess(servers::add);
    }
  }
}
