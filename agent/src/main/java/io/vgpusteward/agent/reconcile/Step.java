package io.vgpusteward.agent.reconcile;

/**
 * One write to one virtual function.
 *
 * @param gpu the address of its physical function
 * @param vf its address
 * @param from what it carries before, 0 or the number of a type
 * @param type what is written, 0 or the number of a type on that very function
 * @param goal what is configured for it, as {@link Attempt} remembers it
 * @param words what it is for, for a log
 */
public record Step(String gpu, String vf, long from, long type, String goal, String words) {}
