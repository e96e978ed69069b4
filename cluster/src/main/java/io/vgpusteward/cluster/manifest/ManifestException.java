package io.vgpusteward.cluster.manifest;

import io.vgpusteward.cluster.ClusterException;

/**
 * A file that is no YAML or not what kubectl would take; the message quotes none of its content.
 */
public final class ManifestException extends ClusterException {
  private final String source;
  private final int line;
  private final String problem;

  /**
   * @param line from 1; 0 where the whole file is meant
   * @param problem what is wrong, without the place
   */
  public ManifestException(String source, int line, String problem) {
    super(source + (line > 0 ? ":" + line : "") + ": " + problem);
    this.source = source;
    this.line = line;
    this.problem = problem;
  }

  /** The file as the caller named it. */
  public String source() {
    return source;
  }

  /** The line, from 1; 0 where the whole file is meant. */
  public int line() {
    return line;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }
}
