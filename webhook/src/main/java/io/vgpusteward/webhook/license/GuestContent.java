package io.vgpusteward.webhook.license;

import io.vgpusteward.webhook.cloudinit.UserData;
import java.util.Optional;

/** What a guest's Secret is to hold. */
sealed interface GuestContent {
  /**
   * This, now.
   *
   * @param license a fingerprint of the licence in it; empty where there is none
   * @param unsupported why the licence is not in it though it should be
   */
  record Ready(UserData userData, Optional<String> license, Optional<String> unsupported)
      implements GuestContent {}

  /** Not known at present: what it held last stays. */
  record Lacking(Problem problem, String note) implements GuestContent {}
}
