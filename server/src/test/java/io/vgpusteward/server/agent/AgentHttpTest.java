package io.vgpusteward.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.server.config.HostPort;
import io.vgpusteward.server.http.ListenException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentHttpTest {
  private Optional<String> problem = Optional.empty();
  private final AgentHttp http =
      new AgentHttp(new HostPort("127.0.0.1", 0), () -> "a_metric 1.0\n", () -> problem);

  @AfterEach
  void close() {
    http.close();
  }

  private HttpResponse<String> ask(String method, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + http.address() + path))
              .method(method, BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /metrics, 200, a_metric 1.0",
    "GET, /healthz, 200, ok",
    "HEAD, /healthz, 200, ''",
    "GET, /, 404, there are /metrics and /healthz",
    "POST, /metrics, 405, only GET and HEAD"
  })
  void paths_answer(String method, String path, int status, String body) throws Exception {
    HttpResponse<String> response = ask(method, path);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body().strip()).isEqualTo(body);
  }

  @Test
  void loopThatHangs_isUnhealthy() throws Exception {
    problem = Optional.of("no pass has ended");
    HttpResponse<String> response = ask("GET", "/healthz");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("no pass has ended\n");
  }

  @Test
  void portThatIsTaken_isNamed() {
    assertThatThrownBy(() -> new AgentHttp(http.address(), () -> "", Optional::empty))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("cannot listen on " + http.address());
  }
}
