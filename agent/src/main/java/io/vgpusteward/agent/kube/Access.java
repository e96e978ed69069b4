package io.vgpusteward.agent.kube;

import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How to reach an API server. Both calls read files anew, since certificates and tokens are
 * replaced while a process runs.
 */
public interface Access {
  /** Where it is, without a slash at the end. */
  URI server();

  /**
   * What it is trusted by, and the client's own certificate; empty for the authorities that the JDK
   * trusts.
   *
   * @throws AccessException when a file cannot be read
   */
  Optional<SSLContext> tls();

  /**
   * The token for the next request.
   *
   * @throws AccessException when its file cannot be read
   */
  Optional<String> token();
}
