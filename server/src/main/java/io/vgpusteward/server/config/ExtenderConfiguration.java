package io.vgpusteward.server.config;

import io.vgpusteward.extender.placement.PlacementSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How kube-scheduler is served.
 *
 * @param listen where, by HTTPS
 * @param clientCa the file with who vouches for the scheduler's certificate; empty where it needs
 *     none
 * @param maxBody the most bytes of a request
 */
public record ExtenderConfiguration(
    HostPort listen, Optional<Path> clientCa, PlacementSettings placement, long maxBody) {}
