package io.vgpusteward.cluster.file;

/**
 * Something in the folder that could not be used; it quotes no content.
 *
 * @param file the file as the folder was named
 * @param line from 1; 0 where the whole file is meant
 */
public record Problem(String file, int line, String message) {
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + message;
  }
}
