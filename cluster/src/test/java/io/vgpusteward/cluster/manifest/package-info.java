@NullMarked
package io.vgpusteward.cluster.manifest;

import org.jspecify.annotations.NullMarked;
