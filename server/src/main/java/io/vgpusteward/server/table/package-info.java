/** Tables for people, and the forms of output that stand beside them. */
@NullMarked
package io.vgpusteward.server.table;

import org.jspecify.annotations.NullMarked;
