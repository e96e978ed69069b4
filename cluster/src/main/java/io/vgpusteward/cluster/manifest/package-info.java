/** Kubernetes objects as YAML text, read as kubectl reads them. */
@NullMarked
package io.vgpusteward.cluster.manifest;

import org.jspecify.annotations.NullMarked;
