@NullMarked
package io.vgpusteward.cluster.file;

import org.jspecify.annotations.NullMarked;
