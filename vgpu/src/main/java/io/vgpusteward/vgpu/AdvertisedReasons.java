package io.vgpusteward.vgpu;

import java.util.Set;

/** The reasons of an inventory's condition {@code Advertised} where it is {@code False}. */
public final class AdvertisedReasons {
  private static final Set<String> LACKING =
      Set.of(
          "ScannedTooEarly",
          "KubeVirtTooOld",
          "SelectorWrong",
          "NotPermitted",
          "ExternalProvider",
          "NoKubeVirt",
          "NoVirtHandler",
          "NoIommuGroup");

  private AdvertisedReasons() {}

  /**
   * Whether the kubelet may give out what it should not. For the other reasons it lacks devices and
   * no more; that shows in the number of their own resource, and the node's other resources are as
   * good as ever. A reason that is not known may be anything.
   */
  public static boolean mayMislead(String reason) {
    return !LACKING.contains(reason);
  }
}
