package io.vgpusteward.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  private static final List<String> KNOWN = List.of("--config", "--listen", "--metrics-listen");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listn: a:1 | 1: unknown key 'listn'; known are listen, metrics-listen",
        "listen: a:1\\nmetrics_listen: b:1 | 2: unknown key 'metrics_listen'; known are listen, metrics-listen",
        "config: other.yaml | 1: unknown key 'config'; known are listen, metrics-listen",
        "listen: [a] | 1: listen: expected a single value; put it in quotes if it is one",
        "listen: {a: b} | 1: listen: expected a single value; put it in quotes if it is one",
        "? [a]\\n: b | 1: expected a key",
        "listen: a:1\\nlisten: b:1 | 2: listen: given twice",
        "- listen | 1: expected lines of the form key: value",
        "just text | 1: expected lines of the form key: value"
      })
  void file_withAMistake_isRefusedWithItsLine(String text, String message) throws IOException {
    Path file = file(text.replace("\\n", "\n"));
    assertRefused(file, file + ":" + message);
  }

  @Test
  void file_thatIsNoYaml_isRefusedWithItsLine() throws IOException {
    Path file = file("listen: a:1\n\tmetrics-listen: b:1\n");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(file + ":2: ");
  }

  @Test
  void file_thatIsNotThere_isRefused() {
    Path file = folder.resolve("none.yaml");
    assertRefused(file, file + ": no such file");
  }

  @Test
  void file_thatCannotBeRead_isRefused() {
    assertRefused(folder, folder + ": cannot be read: Is a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n"})
  void file_thatIsEmpty_setsNothing(String text) throws IOException {
    assertThat(read(file(text)).unknownVariables(KNOWN)).isEmpty();
  }

  @Test
  void variables_thatAreNoFlags_areFound_butNotThoseOfServices() {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("VGPU_STEWARD_LISTN", "a:1"),
            Map.entry("VGPU_STEWARD_LISTEN", "a:1"),
            Map.entry("VGPU_STEWARD_SERVICE_HOST", "10.0.0.1"),
            Map.entry("VGPU_STEWARD_SERVICE_PORT", "443"),
            Map.entry("VGPU_STEWARD_SERVICE_PORT_HTTPS", "443"),
            Map.entry("VGPU_STEWARD_PORT", "tcp://10.0.0.1:443"),
            Map.entry("VGPU_STEWARD_PORT_443_TCP", "tcp://10.0.0.1:443"),
            Map.entry("VGPU_STEWARD_PORT_443_TCP_ADDR", "10.0.0.1"),
            Map.entry("VGPU_STEWARD_METRICS_SERVICE_HOST", "10.0.0.2"),
            Map.entry("VGPU_STEWARD_METRICS_PORT_8080_TCP_PROTO", "tcp"),
            Map.entry("PATH", "/bin"));
    assertThat(Settings.read(List.of(), environment, KNOWN).unknownVariables(KNOWN))
        .containsExactly("VGPU_STEWARD_LISTN");
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(message);
  }

  private static Settings read(Path file) {
    return Settings.read(List.of("--config", file.toString()), Map.of(), KNOWN);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text);
  }
}
