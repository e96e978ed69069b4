/** A cluster that is a folder of YAML files. */
@NullMarked
package io.vgpusteward.cluster.file;

import org.jspecify.annotations.NullMarked;
