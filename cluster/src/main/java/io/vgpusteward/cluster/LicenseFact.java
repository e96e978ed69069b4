package io.vgpusteward.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * What may be known of a licence Secret by whoever must not see its content.
 *
 * @param hasToken whether it holds one client configuration token, in good form
 * @param expires when the token does; empty for never, and without a token
 */
public record LicenseFact(boolean hasToken, Optional<Instant> expires) {}
