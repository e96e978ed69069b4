package io.vgpusteward.agent;

/** The cluster could not be asked, or did not take what was to be written; it may later. */
public final class UnavailableException extends RuntimeException {
  public UnavailableException(String words) {
    super(words);
  }
}
