package io.vgpusteward.certs;

import java.nio.file.Path;
import java.time.InstantSource;

/** A process of its own that reads a folder's pair and prints the certificate. */
final class ReadOnce {
  private ReadOnce() {}

  static void main(String[] args) {
    System.out.print(
        new FolderAuthority(Path.of(args[0]), SubjectNames.of("localhost"), InstantSource.system())
            .read()
            .certificatePem());
  }
}
