package io.vgpusteward.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.vgpusteward.certs.KeyMaterialException;
import io.vgpusteward.cluster.ClusterException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Does for one virtual machine what kube-apiserver does when it is created: asks the webhook over
 * HTTPS and applies the patch that comes back. It stands in for one where there is no cluster.
 */
final class ApiServerStandIn implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI webhook;
  private final HttpClient client;

  /**
   * What came back.
   *
   * @param object the object as it is stored
   * @param took from the request to the answer, over a connection that is open
   */
  record Stored(ObjectNode object, List<String> warnings, Duration took) {}

  /** The webhook denied the object. */
  static final class DeniedException extends ClusterException {
    DeniedException(String message) {
      super("denied: " + message);
    }
  }

  /** A client of the admission server at the URL that trusts the CA in the PEM file. */
  ApiServerStandIn(String server, Path authority) {
    this.webhook = URI.create(server + "/mutate/virtualmachines?timeout=10s");
    this.client = HttpClient.newBuilder().sslContext(trusting(authority)).build();
  }

  /** The AdmissionReview for the creation of a virtual machine. */
  static ObjectNode review(ObjectNode object) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request.put("uid", UUID.randomUUID().toString());
    for (String kind : List.of("kind", "requestKind")) {
      request
          .putObject(kind)
          .put("group", "kubevirt.io")
          .put("version", "v1")
          .put("kind", object.path("kind").asText());
    }
    for (String resource : List.of("resource", "requestResource")) {
      request
          .putObject(resource)
          .put("group", "kubevirt.io")
          .put("version", "v1")
          .put("resource", "virtualmachines");
    }
    request.put("name", object.path("metadata").path("name").asText());
    request.put("namespace", object.path("metadata").path("namespace").asText());
    request.put("operation", "CREATE").put("dryRun", false);
    request.putObject("userInfo").put("username", "demo");
    request.set("object", object);
    request.putNull("oldObject");
    return review;
  }

  /**
   * Creates the object.
   *
   * @throws DeniedException when the webhook denies it
   * @throws IOException when it does not answer as a webhook does
   */
  Stored create(ObjectNode object) throws IOException, InterruptedException {
    String body = review(object).toString();
    exchange(body); // Opens the connection, which an API server keeps open.
    long start = System.nanoTime();
    JsonNode response = exchange(body).path("response");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (!response.path("allowed").asBoolean()) {
      throw new DeniedException(response.path("status").path("message").asText());
    }
    List<String> warnings = new ArrayList<>();
    response.path("warnings").forEach(warning -> warnings.add(warning.asText()));
    JsonNode stored = object;
    if (response.has("patch")) {
      byte[] patch = Base64.getDecoder().decode(response.path("patch").asText());
      stored = JsonPatch.apply(JSON.readTree(patch), object);
    }
    return new Stored((ObjectNode) stored, warnings, took);
  }

  @Override
  public void close() {
    client.close();
  }

  private JsonNode exchange(String body) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(webhook)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("the webhook answered with HTTP " + response.statusCode());
    }
    return JSON.readTree(response.body());
  }

  private static SSLContext trusting(Path authority) {
    try (InputStream in = Files.newInputStream(authority)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyMaterialException(authority + " is no certificate of a CA", e);
    }
  }
}
