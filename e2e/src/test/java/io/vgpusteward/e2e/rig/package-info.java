/**
 * A cluster made of the real programs, without containers: how tests start, use and end one.
 *
 * <p>Needs root, for namespaces. See {@code e2e/README.md}.
 */
@NullMarked
package io.vgpusteward.e2e.rig;

import org.jspecify.annotations.NullMarked;
