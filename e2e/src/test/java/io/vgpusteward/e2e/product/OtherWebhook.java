package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Rig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Somebody else's mutating webhook: it gives each virtual machine of one namespace a host device
 * and an annotation of its own, where they are missing. Closing it takes its registration away.
 */
final class OtherWebhook implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final char[] PASSWORD = "none".toCharArray();

  private final Rig rig;
  private final String name;
  private final String deviceName;
  private final HttpsServer server;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * Starts and registers it.
   *
   * @param name the name of its registration, its annotation and its device: the API server calls
   *     webhooks in the order of their registrations' names
   * @param namespace the one namespace whose virtual machines it sees
   */
  OtherWebhook(Rig rig, String name, String deviceName, String namespace) {
    this.rig = rig;
    this.name = name;
    this.deviceName = deviceName;
    try {
      server =
          HttpsServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.ports().next()), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls(rig.authority().server(name))));
      server.createContext("/", this::answer);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot serve by HTTPS", e);
    }
    rig.kubectl()
        .apply(
            Manifest.of("other-webhook.yaml")
                .replace("${NAME}", name)
                .replace("${NAMESPACE}", namespace)
                .replace("${URL}", "https://127.0.0.1:" + server.getAddress().getPort())
                .replace("${CA_BUNDLE}", rig.authority().bundle()));
  }

  /** How often it was asked. */
  int calls() {
    return calls.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
      calls.incrementAndGet();
      byte[] answer = JSON.writeValueAsBytes(review(request));
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private ObjectNode review(JsonNode request) throws IOException {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode response = review.putObject("response");
    response.put("uid", request.path("uid").asText()).put("allowed", true);
    ArrayNode patch = patch(request.path("object"));
    if (!patch.isEmpty()) {
      response.put("patchType", "JSONPatch").put("patch", JSON.writeValueAsBytes(patch));
    }
    return review;
  }

  private ArrayNode patch(JsonNode vm) {
    ArrayNode patch = JSON.createArrayNode();
    JsonNode annotations = vm.at("/metadata/annotations");
    if (annotations.isMissingNode()) {
      add(patch, "/metadata/annotations").putObject("value").put(annotation(), "was here");
    } else if (!annotations.has(annotation())) {
      add(patch, "/metadata/annotations/" + annotation().replace("/", "~1"))
          .put("value", "was here");
    }
    JsonNode devices = vm.at("/spec/template/spec/domain/devices/hostDevices");
    String path = "/spec/template/spec/domain/devices/hostDevices";
    if (devices.isMissingNode()) {
      device(add(patch, path).putArray("value").addObject());
    } else if (!devices.findValuesAsText("name").contains(name)) {
      device(add(patch, path + "/-").putObject("value"));
    }
    return patch;
  }

  private String annotation() {
    return "example.com/" + name;
  }

  private void device(ObjectNode device) {
    device.put("name", name).put("deviceName", deviceName);
  }

  private static ObjectNode add(ArrayNode patch, String path) {
    return patch.addObject().put("op", "add").put("path", path);
  }

  @Override
  public void close() {
    rig.kubectl().ok("delete", "mutatingwebhookconfiguration", name);
    server.stop(0);
  }

  private static SSLContext tls(Pair pair) throws GeneralSecurityException, IOException {
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(pair.certificate())));
    String key = Files.readString(pair.key()).replaceAll("-----[A-Z ]+-----|\\s", "");
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry(
        "server",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
        PASSWORD,
        new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    return tls;
  }
}
