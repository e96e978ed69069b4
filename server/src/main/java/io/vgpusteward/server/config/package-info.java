/**
 * Configuration: flags, environment and a YAML file with the same names, parsed once into values.
 */
@NullMarked
package io.vgpusteward.server.config;

import org.jspecify.annotations.NullMarked;
