package io.vgpusteward.webhook.policy;

/**
 * Something in a request that breaks a rule.
 *
 * @param message the field, what is wrong with it, and the fix, in one or two sentences
 */
public record Finding(Rule rule, String message) {}
