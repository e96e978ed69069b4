package io.vgpusteward.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class FolderAuthorityTest {
  private static final SubjectNames NAMES = SubjectNames.of("localhost", "127.0.0.1");

  @TempDir Path temp;
  private final TestClock clock = new TestClock();
  private final Logger logger = (Logger) LoggerFactory.getLogger(FolderAuthority.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @Test
  void read_inAnEmptyFolder_makesAuthorityAndPair() throws IOException {
    KeyMaterial made = authority().read();
    assertThat(made.subjectNames()).isEqualTo(NAMES);
    assertThat(mode("ca.key")).isEqualTo("rw-------");
    assertThat(mode("tls.key")).isEqualTo("rw-------");
    assertThat(mode("ca.crt")).isEqualTo("rw-r--r--");
    assertThat(current().issued(made.certificate())).isTrue();
    assertThat(Files.readString(file("tls.crt"))).isEqualTo(made.certificatePem());
    assertThat(messages()).isEmpty();
  }

  @Test
  void read_again_keepsBoth() throws IOException {
    KeyMaterial first = authority().read();
    String ca = Files.readString(file("ca.crt"));
    clock.move(Duration.ofDays(59));
    assertThat(authority().read()).isEqualTo(first);
    assertThat(file("ca.crt")).hasContent(ca);
  }

  @Test
  void read_afterTwoThirdsOfItsLife_renewsThePairUnderTheSameAuthority() throws IOException {
    KeyMaterial first = authority().read();
    String ca = Files.readString(file("ca.crt"));
    clock.move(Duration.ofDays(61));
    assertThat(authority().read()).isNotEqualTo(first);
    assertThat(file("ca.crt")).hasContent(ca);
    assertThat(messages())
        .containsExactly("INFO renewing " + file("tls.crt") + ": two thirds of its life are over");
  }

  @Test
  void read_forOtherNames_renewsThePair() {
    KeyMaterial first = authority().read();
    SubjectNames other = SubjectNames.of("localhost", "::1");
    KeyMaterial second = new FolderAuthority(folder(), other, clock).read();
    assertThat(second).isNotEqualTo(first);
    assertThat(second.subjectNames()).isEqualTo(other);
    assertThat(messages()).singleElement().asString().contains("it is for", "127.0.0.1", "0:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls.crt", "tls.key"})
  void read_withABrokenPair_replacesIt(String broken) throws IOException {
    authority().read();
    String ca = Files.readString(file("ca.crt"));
    Files.writeString(file(broken), "torn");
    KeyMaterial made = authority().read();
    assertThat(file("tls.crt")).hasContent(made.certificatePem());
    assertThat(file("ca.crt")).hasContent(ca);
    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith("WARN " + file("tls.crt") + " and " + file("tls.key") + " are of no use (no ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "ca.key"})
  void read_withABrokenAuthority_replacesIt(String broken) throws IOException {
    KeyMaterial first = authority().read();
    Files.delete(file(broken));
    KeyMaterial made = authority().read();
    assertThat(made).isNotEqualTo(first);
    assertThat(current().issued(made.certificate())).isTrue();
    assertThat(messages()).hasSize(2);
    assertThat(messages().getFirst()).contains("no such file", "making a new authority");
    assertThat(messages().getLast()).contains("another authority issued it");
  }

  @Test
  void read_withTheKeyOfAnotherPair_replacesIt() throws IOException {
    authority().read();
    Files.copy(file("ca.key"), file("tls.key"), StandardCopyOption.REPLACE_EXISTING);
    authority().read();
    assertThat(messages()).singleElement().asString().contains("does not belong");
  }

  @Test
  void read_whenTheAuthorityIsAboutToEnd_makesANewOne() {
    KeyMaterial first = authority().read();
    clock.move(CertificateAuthority.AUTHORITY_LIFETIME.minus(Duration.ofDays(80)));
    assertThat(authority().read()).isNotEqualTo(first);
    assertThat(messages().getFirst()).contains("ends at", "making a new authority");
  }

  @Test
  void read_whereNoFolderCanBe_namesIt() throws IOException {
    Files.writeString(folder(), "a file");
    assertThatThrownBy(() -> authority().read())
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageStartingWith("cannot keep certificates in " + folder());
  }

  @Test
  void read_fromManyThreads_agrees() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<KeyMaterial>> reads =
          IntStream.range(0, 8).<Callable<KeyMaterial>>mapToObj(i -> authority()::read).toList();
      List<KeyMaterial> read =
          threads.invokeAll(reads).stream().map(Future::resultNow).distinct().toList();
      assertThat(read).hasSize(1);
    }
  }

  @Test
  void read_fromTwoProcesses_agrees() throws Exception {
    List<Process> processes = List.of(process(), process());
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    String first = processes.getFirst().inputReader().readAllAsString();
    assertThat(first).startsWith("-----BEGIN CERTIFICATE");
    assertThat(processes.getLast().inputReader().readAllAsString()).isEqualTo(first);
  }

  private Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ReadOnce.class.getName(),
            folder().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private FolderAuthority authority() {
    return new FolderAuthority(folder(), NAMES, clock);
  }

  private CertificateAuthority current() throws IOException {
    return CertificateAuthority.load(
        Files.readString(authority().authorityFile()), Files.readString(file("ca.key")), clock);
  }

  private Path folder() {
    return temp.resolve(".vgpu-steward");
  }

  private Path file(String name) {
    return folder().resolve(name);
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file(name)));
  }

  private List<String> messages() {
    return log.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }
}
