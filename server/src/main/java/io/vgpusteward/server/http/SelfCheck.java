package io.vgpusteward.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vgpusteward.certs.KeyMaterial;
import io.vgpusteward.server.config.HostPort;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One request to the server itself, as kube-apiserver would send it: the first TLS handshake of a
 * cold JVM takes most of a second, and no client should wait for it.
 */
public final class SelfCheck {
  private static final int SECONDS = 10;

  private SelfCheck() {}

  /**
   * Asks for {@code /} over HTTP/2; any answer will do. Blocks.
   *
   * @param own the client's certificate, where the server wants one
   * @throws ListenException when there is no answer
   */
  public static void run(
      Vertx vertx, HostPort server, KeyMaterial keys, Optional<KeyMaterial> own) {
    HostPort target = server.reachable();
    // It trusts just the one certificate, and not by name: names are for clients from elsewhere.
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setVerifyHost(false)
            .setTrustOptions(
                new PemTrustOptions().addCertValue(Buffer.buffer(keys.certificatePem())));
    own.ifPresent(pair ->
        options.setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(pair.certificatePem()))
                .addKeyValue(Buffer.buffer(pair.privateKeyPem()))));
    HttpClient client = vertx.createHttpClient(options);
    try {
      client
          .request(HttpMethod.GET, target.port(), target.host(), "/")
          .compose(HttpClientRequest::send)
          .compose(response -> response.body())
          .await(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      // await() throws what failed as it is, checked or not.
      throw new ListenException(server, e);
    } finally {
      client.close().await();
    }
  }
}
