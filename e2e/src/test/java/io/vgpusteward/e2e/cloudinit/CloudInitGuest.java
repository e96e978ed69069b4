package io.vgpusteward.e2e.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vgpusteward.webhook.cloudinit.UserData;
import java.time.Duration;
import java.util.Base64;

/**
 * A guest with real cloud-init: files, processes and boots without a kernel of its own. Starts as
 * installed and loses everything when closed.
 */
final class CloudInitGuest implements AutoCloseable {
  private final GuestShell shell = new GuestShell(GuestRoot.path());

  /** What a boot printed on the console, and how long it took. */
  record Boot(String console, Duration duration) {}

  /** Boots with this user data: the four stages that the init system would start, in its order. */
  Boot boot(UserData userData, DataSource source) {
    long start = System.nanoTime();
    Execution boot =
        shell.run(
            """
            root=%s
            user_data=%s
            umount "$root/run" && mount -t tmpfs -o mode=0755 run "$root/run"
            %s
            for stage in 'init --local' init 'modules --mode=config' 'modules --mode=final'; do
              chroot "$root" cloud-init $stage 2>&1
            done
            true
            """
                .formatted(GuestShell.ROOT, base64(userData.bytes()), source.attach()));
    return new Boot(boot.orThrow(), Duration.ofNanos(System.nanoTime() - start));
  }

  /** Runs a shell script as root in the guest. */
  Execution sh(String script) {
    return shell.run(
        "chroot %s sh -c \"$(base64 -d <<<%s)\""
            .formatted(GuestShell.ROOT, base64(script.getBytes(UTF_8))));
  }

  /** The text of a file, which must exist. */
  String read(String path) {
    return sh("cat '" + path + "'").orThrow();
  }

  /** Writes a file, with its folder. */
  void write(String path, String content) {
    sh("mkdir -p \"$(dirname '%s')\" && echo %s | base64 -d >'%s'"
            .formatted(path, base64(content.getBytes(UTF_8)), path))
        .orThrow();
  }

  /** The permissions of a file or folder, as {@code 0744}. */
  String mode(String path) {
    return sh("stat -c 0%a '" + path + "'").orThrow().strip();
  }

  boolean exists(String path) {
    return sh("[ -e '" + path + "' ]").status() == 0;
  }

  @Override
  public void close() {
    shell.close();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
