package io.vgpusteward.webhook.cloudinit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script in the shells of this machine; its place in a boot is in the end-to-end tests. */
class LicenseBoothookTest {
  private static final License FIRST = license("first");
  private static final License RENEWED = license("renewed");

  @TempDir Path root;

  @BeforeEach
  void cloudInitMadeItsFolders() throws IOException {
    Files.createDirectories(root.resolve("var/lib/cloud/scripts/per-boot"));
    Files.createDirectories(root.resolve("var/lib/cloud/instance/scripts"));
  }

  static Stream<List<String>> shells() {
    return Stream.of(List.of("sh"), List.of("dash"), List.of("bash"), List.of("busybox", "sh"))
        .filter(shell -> isInstalled(shell.getFirst()));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void installsAndRenewsTheLicence(List<String> shell) throws Exception {
    assertThat(boot(FIRST, shell)).isEmpty();
    assertThat(boot(RENEWED, shell)).isEmpty();

    assertThat(folder()).containsExactly("client_configuration_token.tok");
    assertThat(token()).hasContent("token renewed").satisfies(hasMode("rwxr--r--"));
    assertThat(conf()).hasContent("conf renewed").satisfies(hasMode("rw-r--r--"));
    assertThat(token().getParent()).satisfies(hasMode("rwxr-xr-x"));
  }

  @ParameterizedTest
  @MethodSource("shells")
  void leavesTheAdministratorsFilesAlone(List<String> shell) throws Exception {
    boot(FIRST, shell);
    Files.writeString(token(), "edited");
    Files.writeString(conf(), "edited");

    assertThat(boot(RENEWED, shell)).isEmpty();
    assertThat(token()).hasContent("edited");
    assertThat(conf()).hasContent("edited");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void givesWayToATokenThatCameLater(List<String> shell) throws Exception {
    boot(FIRST, shell);
    Files.writeString(token().resolveSibling("own.tok"), "own");
    endOfBoot();
    assertThat(folder()).containsExactly("own.tok");

    boot(RENEWED, shell);
    assertThat(folder()).containsExactly("own.tok");
  }

  @Test
  void secondScriptComesLastInBothFoldersAndHoldsNoSecret() throws Exception {
    boot(FIRST, List.of("sh"));

    for (String scripts : List.of("scripts/per-boot", "instance/scripts")) {
      Path script = root.resolve("var/lib/cloud").resolve(scripts).resolve("zz-vgpu-steward");
      assertThat(script).isExecutable();
      assertThat(Files.readString(script))
          .isEqualTo(Files.readString(root.resolve("var/lib/vgpu-steward/licence")))
          .doesNotContain("dG9rZW4gZmlyc3Q", "@");
    }
  }

  @Test
  void worksBeforeCloudInitHasScriptFolders() throws Exception {
    Files.delete(root.resolve("var/lib/cloud/scripts/per-boot"));
    Files.delete(root.resolve("var/lib/cloud/instance/scripts"));

    assertThat(boot(FIRST, List.of("sh"))).isEmpty();
    assertThat(token()).hasContent("token first");
  }

  @Test
  void contentThatDidNotComeThroughIsNotInstalled() throws Exception {
    boot(FIRST, List.of("sh"));
    String broken =
        new String(LicenseBoothook.of(RENEWED, root.toString()), US_ASCII)
            .replace("dG9rZW4gcmVuZXdlZA==", "dG9rZW4=");

    assertThat(run("sh", "-c", broken))
        .contains("vgpu-steward: could not write " + token())
        .doesNotContain("dG9rZW4");
    assertThat(token()).hasContent("token first");
    assertThat(conf()).hasContent("conf renewed");
    assertThat(folder()).containsExactly("client_configuration_token.tok");
  }

  @Test
  void anUnknownWordIsNoFailure() throws Exception {
    boot(FIRST, List.of("sh"));

    assertThat(run(root.resolve("var/lib/vgpu-steward/licence").toString(), "nonsense"))
        .isEqualTo("vgpu-steward: knows no nonsense\n");
  }

  private String boot(License license, List<String> shell) throws Exception {
    Path script = root.resolve("boothook");
    Files.write(script, LicenseBoothook.of(license, root.toString()));
    return run(Stream.concat(shell.stream(), Stream.of(script.toString())).toArray(String[]::new));
  }

  private void endOfBoot() throws Exception {
    run(root.resolve("var/lib/cloud/scripts/per-boot/zz-vgpu-steward").toString());
  }

  /** Runs a command that must succeed; all that it printed. No systemd of this machine in reach. */
  private String run(String... command) throws Exception {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path systemctl = bin.resolve("systemctl");
    Files.writeString(systemctl, "#!/bin/sh\nexit 5\n");
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwx------"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", bin + File.pathSeparator + System.getenv("PATH"));
    builder.redirectInput(new File("/dev/null"));
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }

  private List<String> folder() throws IOException {
    try (Stream<Path> files = Files.list(token().getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path token() {
    return root.resolve("etc/nvidia/ClientConfigToken/client_configuration_token.tok");
  }

  private Path conf() {
    return root.resolve("etc/nvidia/gridd.conf");
  }

  private static Consumer<Path> hasMode(String mode) {
    return path -> {
      try {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .isEqualTo(mode);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static boolean isInstalled(String command) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  private static License license(String name) {
    return new License(("token " + name).getBytes(UTF_8), ("conf " + name).getBytes(UTF_8));
  }
}
