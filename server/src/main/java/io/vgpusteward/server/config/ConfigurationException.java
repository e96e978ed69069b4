package io.vgpusteward.server.config;

/**
 * A configuration that cannot be used; the message is one line and names the source and the key.
 */
public final class ConfigurationException extends RuntimeException {
  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
