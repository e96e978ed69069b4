package io.vgpusteward.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8443, 127.0.0.1, 8443",
    "localhost:0, localhost, 0",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:1, fe80::1%eth0, 1"
  })
  void parse_readsWhatToStringWrites(String text, String host, int port) {
    assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":8443",
        "8443",
        "localhost",
        "localhost:",
        "::1:8443",
        "[::1]",
        "a:65536",
        "a:-1",
        "a:http",
        "https://a:1",
        "[]:1"
      })
  void parse_ofAnythingElse_saysWhatIsExpected(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + text + "' is not host:port, such as 127.0.0.1:8443 or [::1]:8443");
  }

  @Test
  void reachable_isLoopbackForEveryAddress() {
    assertThat(HostPort.parse("0.0.0.0:1").reachable()).hasToString("127.0.0.1:1");
    assertThat(HostPort.parse("[::]:1").reachable()).hasToString("[::1]:1");
    assertThat(HostPort.parse("10.0.0.1:1").reachable()).hasToString("10.0.0.1:1");
  }
}
