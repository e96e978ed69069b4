/**
 * The licence controller: writes the Secret that each guest's cloud-init volume points at, from
 * what the user wrote and the licence, and keeps it up to date.
 */
@NullMarked
package io.vgpusteward.webhook.license;

import org.jspecify.annotations.NullMarked;
