package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.server.http.TlsClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code serve} over a folder, in a process of its own on free ports of loopback. */
final class ProgramProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final Process process;
  private final Path cluster;
  private final Path stdout;
  private final Path stderr;

  /**
   * Starts it and waits until it is ready.
   *
   * @param program what java is to run: a class path and a class, or a jar
   */
  ProgramProcess(Path cluster, Map<String, String> environment, String... program)
      throws IOException {
    this.cluster = cluster;
    this.stdout = Files.createTempFile(cluster.getParent(), "stdout", "");
    this.stderr = Files.createTempFile(cluster.getParent(), "stderr", "");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of(program));
    command.addAll(List.of("serve", "--cluster=" + cluster));
    command.addAll(List.of("--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
    await()
        .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .until(() -> stdout().endsWith("\n") || !process.isAlive());
    assertThat(process.isAlive()).withFailMessage(this::log).isTrue();
  }

  /** Where it said that it answers. */
  String url() {
    return stdout().strip().substring("ready ".length());
  }

  /** A client that trusts the authority in the folder. */
  TlsClient client() throws IOException, CertificateException {
    byte[] pem = Files.readAllBytes(cluster.resolve(".vgpu-steward/ca.crt"));
    return new TlsClient(
        Version.HTTP_2,
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem)));
  }

  void signal(String name) throws IOException, InterruptedException {
    List<String> kill = List.of("kill", "-" + name, Long.toString(process.pid()));
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status, once it has ended. */
  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .withFailMessage("it does not end")
        .isTrue();
    return process.exitValue();
  }

  String stdout() {
    return read(stdout);
  }

  /** What it wrote to stderr. */
  String log() {
    return read(stderr);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
