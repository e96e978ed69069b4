package io.vgpusteward.agent.claim;

import java.util.Optional;

/**
 * Who has what, and how well that is known.
 *
 * @param problem why the kubelet could not be asked, and what to do; empty where it answered, and
 *     where its socket is not there. Without its answer every pod that asks for a device may have
 *     any that it could have got
 */
public record Reading(Claims claims, Optional<String> problem) {}
