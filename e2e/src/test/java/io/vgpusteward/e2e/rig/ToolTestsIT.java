package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tests of what is written in Go: the tools, where each errno of the simulated drivers is among
 * them, and the load of the benchmarks.
 */
@Tag(UseRig.TAG)
final class ToolTestsIT {
  @ParameterizedTest
  @ValueSource(
      strings = {"tools/gpusim", "tools/crisim", "tools/node", "tools/cozystack", "../bench/go"})
  void testsInGo_pass(String folder) throws IOException, InterruptedException {
    Privileges.requireRoot();
    ProcessBuilder builder =
        new ProcessBuilder(go().toString(), "test", "./...")
            .directory(Path.of(folder).toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "CGO_ENABLED", "0",
                "GOWORK", "off",
                "GOFLAGS", "-mod=readonly -trimpath -buildvcs=false"));
    Process process = builder.start();
    String output;
    try (InputStream out = process.getInputStream()) {
      output = new String(out.readAllBytes(), UTF_8);
    }
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("ok ");
  }

  /** Go's own installer does not put it on the PATH. */
  private static Path go() {
    return Stream.concat(
            Arrays.stream(System.getenv("PATH").split(":")),
            Stream.of(System.getenv().getOrDefault("GOROOT", "/usr/local/go") + "/bin"))
        .map(folder -> Path.of(folder, "go"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("needs Go 1.26 or newer"));
  }
}
