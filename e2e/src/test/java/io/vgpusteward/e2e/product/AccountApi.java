package io.vgpusteward.e2e.product;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Http;
import io.vgpusteward.e2e.rig.Rig;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The API as a service account that may do everything, for tests that ask often. Thread-safe. */
final class AccountApi {
  private final Rig rig;
  private final Http http;
  private final String token;

  /** Creates the account, and rights for it. */
  AccountApi(Rig rig, String namespace, String account) {
    this.rig = rig;
    this.http = new Http(rig.authority());
    rig.kubectl().ok("create", "serviceaccount", account, "-n", namespace);
    rig.kubectl()
        .ok(
            "create",
            "clusterrolebinding",
            account,
            "--clusterrole=cluster-admin",
            "--serviceaccount=" + namespace + ":" + account);
    token = rig.kubectl().ok("create", "token", account, "-n", namespace).strip();
  }

  /** What the API server answered. */
  record Answer(int code, JsonNode body) {
    boolean isOk() {
      return code / 100 == 2;
    }

    String message() {
      return body.path("message").asText();
    }
  }

  Answer get(String path) {
    return send("GET", path, "application/json", "");
  }

  Answer send(String method, String path, String type, String body) {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(rig.server() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    return new Answer(response.statusCode(), Vms.parse(response.body()));
  }
}
