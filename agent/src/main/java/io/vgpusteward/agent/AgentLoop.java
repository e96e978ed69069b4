package io.vgpusteward.agent;

import io.vgpusteward.agent.kube.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an agent make its passes, when they are due and when it is woken, on the caller's thread.
 * Closing it, from another thread, lets the pass that runs end before its next write.
 */
public final class AgentLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration MOST_RETRY = Duration.ofSeconds(30);

  private final NodeAgent agent;
  private final InstantSource clock;
  private final Duration rest;
  private final Witness witness;
  private final Backoff backoff = new Backoff(FIRST_RETRY, MOST_RETRY, new SplittableRandom());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean woken;
  private volatile Instant lastPass;
  private String lastFailure = "";

  /**
   * A loop.
   *
   * @param rest the least time from the end of one pass to the next: changes come in swarms
   */
  public AgentLoop(NodeAgent agent, InstantSource clock, Duration rest, Witness witness) {
    this.agent = agent;
    this.clock = clock;
    this.rest = rest;
    this.witness = witness;
    this.lastPass = clock.instant();
  }

  /** Something has changed: the next pass is due now. Any thread may call. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** When the last pass ended, well or not. */
  public Instant lastPass() {
    return lastPass;
  }

  /** Runs until closed. */
  public void run() throws InterruptedException {
    try {
      while (!agent.isStopped()) {
        await(pass());
      }
    } finally {
      ended.countDown();
    }
  }

  private Instant pass() throws InterruptedException {
    try {
      Look look = agent.pass();
      backoff.reset();
      recovered();
      return agent.next(look);
    } catch (UnavailableException e) {
      witness.unavailable();
      failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("a pass failed; the next one follows", e);
    } finally {
      lastPass = clock.instant();
    }
    return clock.instant().plus(backoff.next());
  }

  private void failed(String why) {
    if (why.equals(lastFailure)) {
      LOG.debug("still: {}", why);
    } else {
      LOG.warn("{}", why);
    }
    lastFailure = why;
  }

  private void recovered() {
    if (!lastFailure.isEmpty()) {
      LOG.info("the cluster answers again");
      lastFailure = "";
    }
  }

  /**
   * Makes passes until nothing is left to do, or for that long.
   *
   * @return the last look
   * @throws UnavailableException when no pass went through in that time, with the last reason
   */
  public Look once(Duration patience) throws InterruptedException {
    Instant deadline = clock.instant().plus(patience);
    try {
      while (true) {
        Instant next;
        try {
          Look look = agent.pass();
          boolean isOver = !clock.instant().isBefore(deadline);
          if (look.isSettled() || isOver || agent.isStopped()) {
            return look;
          }
          next = look.next();
        } catch (UnavailableException e) {
          if (!clock.instant().isBefore(deadline) || agent.isStopped()) {
            throw e;
          }
          next = clock.instant().plus(backoff.next());
        }
        await(next.isBefore(deadline) ? next : deadline);
      }
    } finally {
      ended.countDown();
    }
  }

  private void await(Instant until) throws InterruptedException {
    lock.lock();
    try {
      long least = rest.toNanos();
      while (least > 0 && !agent.isStopped()) {
        least = changed.awaitNanos(least);
      }
      long left = Duration.between(clock.instant(), until).toNanos();
      while (left > 0 && !woken && !agent.isStopped()) {
        left = changed.awaitNanos(left);
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the loop, and waits until it has ended. */
  @Override
  public void close() {
    agent.stop();
    wake();
    try {
      if (!ended.await(1, TimeUnit.MINUTES)) {
        LOG.warn("a pass has not ended within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
