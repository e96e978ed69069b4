package io.vgpusteward.server.http;

import io.vgpusteward.server.config.HostPort;

/** A server that cannot listen where it was told to. */
public final class ListenException extends RuntimeException {
  public ListenException(HostPort where, Throwable cause) {
    super("cannot listen on " + where + ": " + cause.getMessage(), cause);
  }
}
