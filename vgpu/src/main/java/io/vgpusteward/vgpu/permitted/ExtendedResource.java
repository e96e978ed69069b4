package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.ResourceName;
import java.util.regex.Pattern;

/**
 * Which names the kubelet takes from a device plugin: those of extended resources.
 *
 * <p>Source: Kubernetes v1.36, pkg/apis/core/v1/helper, IsExtendedResourceName, which is
 * IsQualifiedName (apimachinery, util/validation) of the name with {@code requests.} before it,
 * without the domains of Kubernetes itself.
 */
final class ExtendedResource {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern DOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final String REQUESTS = "requests.";
  private static final int MAX_DOMAIN = 253 - REQUESTS.length();
  private static final int MAX_NAME = 63;

  private ExtendedResource() {}

  static boolean isValid(ResourceName resource) {
    String[] parts = resource.value().split("/", -1);
    return parts.length == 2
        && parts[0].length() <= MAX_DOMAIN
        && parts[1].length() <= MAX_NAME
        && DOMAIN.matcher(parts[0]).matches()
        && NAME.matcher(parts[1]).matches()
        && !parts[0].endsWith("kubernetes.io")
        && !parts[0].startsWith(REQUESTS);
  }
}
