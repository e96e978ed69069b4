package io.vgpusteward.certs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** PEM files on disk: read with errors that name the file, written whole or not at all. */
final class PemFile {
  private PemFile() {}

  /**
   * The file's text.
   *
   * @throws KeyMaterialException when it cannot be read, with the file's name
   */
  static String read(Path file) {
    try {
      // Latin-1 takes any bytes: what is no PEM is found out, and named, by the parser.
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new KeyMaterialException("cannot read " + file + ": " + reason(e), e);
    }
  }

  /** Writes a pair: the certificate for all to read, the key with mode 0600. */
  static void write(Path certificate, Path key, KeyMaterial material) throws IOException {
    replace(key, material.privateKeyPem(), "rw-------");
    replace(certificate, material.certificatePem(), "rw-r--r--");
  }

  /** What went wrong, without the file's name, which callers put where it belongs. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file";
      case AccessDeniedException denied -> "permission denied";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  private static void replace(Path file, String text, String mode) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    // Born with its mode: a key must not be readable to others for even a moment.
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    Files.writeString(draft, text, StandardCharsets.US_ASCII);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
