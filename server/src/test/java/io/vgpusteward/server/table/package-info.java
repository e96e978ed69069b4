@NullMarked
package io.vgpusteward.server.table;

import org.jspecify.annotations.NullMarked;
