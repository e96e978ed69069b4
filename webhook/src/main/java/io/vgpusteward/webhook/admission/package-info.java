/** The wire of {@code admission.k8s.io/v1}: reviews in, answers out, over HTTPS. */
@NullMarked
package io.vgpusteward.webhook.admission;

import org.jspecify.annotations.NullMarked;
