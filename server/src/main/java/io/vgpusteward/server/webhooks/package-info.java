/** What the API server has to know to ask this program: its webhook configurations. */
@NullMarked
package io.vgpusteward.server.webhooks;

import org.jspecify.annotations.NullMarked;
