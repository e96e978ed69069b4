/** Benchmarks of placement without a network, by JMH. */
@NullMarked
package io.vgpusteward.bench;

import org.jspecify.annotations.NullMarked;
