package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.ClusterException;
import java.util.regex.Pattern;

/** Names as the API server allows them, which are safe in paths of files and of URLs. */
public final class Names {
  private static final String LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
  private static final Pattern NAMESPACE = Pattern.compile(LABEL);
  private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

  private Names() {}

  /** Whether it is an RFC 1123 label, as names of namespaces are. */
  public static boolean isNamespace(String namespace) {
    return namespace.length() <= 63 && NAMESPACE.matcher(namespace).matches();
  }

  /** Whether it is an RFC 1123 subdomain, as names of most objects are. */
  public static boolean isName(String name) {
    return name.length() <= 253 && NAME.matcher(name).matches();
  }

  /**
   * Checks the namespace and the name of an object.
   *
   * @throws ClusterException unless both are what the API server would take
   */
  public static void check(String namespace, String name) {
    if (!isNamespace(namespace) || !isName(name)) {
      throw new ClusterException("the namespace or the name of an object is not valid");
    }
  }
}
