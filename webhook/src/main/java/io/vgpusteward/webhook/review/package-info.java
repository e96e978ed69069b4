/** A question of the API server about one object, the answer, and who gives it. */
@NullMarked
package io.vgpusteward.webhook.review;

import org.jspecify.annotations.NullMarked;
