package io.vgpusteward.agent;

import java.time.Duration;

/**
 * How an agent works.
 *
 * @param node the name of its Node
 * @param settle how long a placement that was decided before an announcement may take to arrive
 * @param interval how often it looks where nothing happens: sysfs tells nobody of its changes
 * @param heartbeat how often it says that it is alive
 */
public record Settings(String node, Duration settle, Duration interval, Duration heartbeat) {}
