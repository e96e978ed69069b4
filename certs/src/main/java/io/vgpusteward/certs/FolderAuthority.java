package io.vgpusteward.certs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate authority and a server's pair, kept in the files {@code ca.crt}, {@code ca.key},
 * {@code tls.crt} and {@code tls.key} of a folder.
 *
 * <p>What is there and good is used again; the server's pair is renewed when two thirds of its life
 * are over and when the names changed; broken or expired files are replaced, with a line in the
 * log. Processes that use the folder at once agree on one authority, by a lock on the file {@code
 * lock}. Any thread may use it; calls block.
 */
public final class FolderAuthority implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(FolderAuthority.class);

  /** A file lock holds between processes only: threads of this one need their own. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path folder;
  private final SubjectNames names;
  private final InstantSource clock;

  /**
   * @param folder is made when it is first needed
   * @param names what the server's certificate is valid for
   */
  public FolderAuthority(Path folder, SubjectNames names, InstantSource clock) {
    this.folder = folder;
    this.names = names;
    this.clock = clock;
  }

  /** The file with the authority's certificate, for clients to trust. */
  public Path authorityFile() {
    return folder.resolve("ca.crt");
  }

  @Override
  public KeyMaterial read() {
    IN_PROCESS.lock();
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        LOG.trace("holding {}", held);
        return leaf(authority());
      }
    } catch (IOException e) {
      throw new KeyMaterialException(
          "cannot keep certificates in " + folder + ": " + PemFile.reason(e), e);
    } finally {
      IN_PROCESS.unlock();
    }
  }

  private CertificateAuthority authority() throws IOException {
    Path certificate = authorityFile();
    Path key = folder.resolve("ca.key");
    if (Files.exists(certificate) || Files.exists(key)) {
      try {
        CertificateAuthority found =
            CertificateAuthority.load(PemFile.read(certificate), PemFile.read(key), clock);
        if (found
            .keyMaterial()
            .notAfter()
            .isAfter(clock.instant().plus(CertificateAuthority.LEAF_LIFETIME))) {
          return found;
        }
        LOG.warn(
            "{} ends at {}: making a new authority; give clients the new file",
            certificate,
            found.keyMaterial().notAfter());
      } catch (KeyMaterialException e) {
        LOG.warn(
            "{} and {} are of no use ({}): making a new authority; give clients the new file",
            certificate,
            key,
            e.getMessage());
      }
    }
    CertificateAuthority made = CertificateAuthority.create("vgpu-steward CA", clock);
    PemFile.write(certificate, key, made.keyMaterial());
    return made;
  }

  private KeyMaterial leaf(CertificateAuthority authority) throws IOException {
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    if (Files.exists(certificate) || Files.exists(key)) {
      try {
        KeyMaterial found =
            KeyMaterial.checked(PemFile.read(certificate), PemFile.read(key), clock.instant());
        String cause = causeToRenew(authority, found);
        if (cause.isEmpty()) {
          return found;
        }
        LOG.info("renewing {}: {}", certificate, cause);
      } catch (KeyMaterialException e) {
        LOG.warn("{} and {} are of no use ({}): making new ones", certificate, key, e.getMessage());
      }
    }
    KeyMaterial made = authority.issue("vgpu-steward", names);
    PemFile.write(certificate, key, made);
    return made;
  }

  private String causeToRenew(CertificateAuthority authority, KeyMaterial leaf) {
    if (!authority.issued(leaf.certificate())) {
      return "another authority issued it";
    }
    if (!leaf.subjectNames().equals(names)) {
      return "it is for " + leaf.subjectNames() + ", not for " + names;
    }
    Duration life = Duration.between(leaf.notBefore(), leaf.notAfter());
    Instant due = leaf.notBefore().plus(life.multipliedBy(2).dividedBy(3));
    return clock.instant().isAfter(due) ? "two thirds of its life are over" : "";
  }
}
