package io.vgpusteward.server.scheduler;

import java.util.regex.Pattern;

/** What a host is, as far as kube-scheduler's reach is concerned. */
final class HostName {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern NAME =
      Pattern.compile("(?i)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\.?");

  private HostName() {}

  /** Whether it can be a host at all: an address, an IPv6 one without brackets, or a name. */
  static boolean isHost(String host) {
    return isAddress(host) || NAME.matcher(host).matches();
  }

  static boolean isAddress(String host) {
    return IPV4.matcher(host).matches() || host.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("::1")
        || (IPV4.matcher(host).matches() && host.startsWith("127."));
  }

  /**
   * Whether only the cluster's own DNS knows it. A static pod is in the host's network and asks the
   * host's DNS.
   */
  static boolean isOfTheClusterDns(String host) {
    return !isAddress(host)
        && !isLoopback(host)
        && (host.endsWith(".svc") || host.contains(".svc.") || host.indexOf('.') < 0);
  }
}
