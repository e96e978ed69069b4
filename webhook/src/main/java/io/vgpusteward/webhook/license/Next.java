package io.vgpusteward.webhook.license;

import java.time.Duration;

/** When a key of a {@link WorkQueue} is worked on again, short of somebody adding it. */
sealed interface Next {
  /** Never. */
  record Done() implements Next {}

  /** After a time; the key's failures are forgotten. */
  record After(Duration pause) implements Next {}

  /** After the wait of a failure, which grows with each one in a row. */
  record Retry() implements Next {}
}
