/**
 * A client of the Kubernetes API for a process that must stay small: the JDK's HTTP client and JSON
 * trees, and as much of the API as one node's agent uses.
 */
@NullMarked
package io.vgpusteward.agent.kube;

import org.jspecify.annotations.NullMarked;
