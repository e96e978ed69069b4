package io.vgpusteward.server.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a server listens: {@code 127.0.0.1:8443}, {@code localhost:0}, {@code [::1]:8443}.
 *
 * @param host a name or an address, an IPv6 address without brackets
 * @param port 0 to 65535, where 0 asks for a free one
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([^\\[\\]]+)]|([^\\[\\]:]+)):(\\d{1,5})");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");
  private static final int MAX_PORT = 65535;

  /**
   * Parses {@code host:port}, with brackets around an IPv6 address.
   *
   * @throws IllegalArgumentException for anything else, with what is expected
   */
  public static HostPort parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT) {
      throw new IllegalArgumentException(
          "'%s' is not host:port, such as 127.0.0.1:8443 or [::1]:8443".formatted(text));
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new HostPort(host, Integer.parseInt(matcher.group(3)));
  }

  public HostPort withPort(int other) {
    return new HostPort(host, other);
  }

  /** Whether this is every address of the machine. */
  public boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** Whether only this machine reaches it. */
  public boolean isLoopback() {
    return host.equals("localhost") || host.equals("::1") || LOOPBACK.matcher(host).matches();
  }

  /** Where this machine reaches the server: itself, or loopback for a wildcard. */
  public HostPort reachable() {
    return switch (host) {
      case "0.0.0.0" -> new HostPort("127.0.0.1", port);
      case "::" -> new HostPort("::1", port);
      default -> this;
    };
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
