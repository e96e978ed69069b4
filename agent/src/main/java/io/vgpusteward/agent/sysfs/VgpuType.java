package io.vgpusteward.agent.sysfs;

import io.vgpusteward.vgpu.Profile;

/**
 * A type that a driver offers.
 *
 * @param id the number by which this driver knows it on this very function; others have others
 */
public record VgpuType(long id, Profile profile) {}
