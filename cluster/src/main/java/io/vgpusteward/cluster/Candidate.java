package io.vgpusteward.cluster;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in an election, and has something work whenever this process leads. Thread-safe.
 *
 * @param <T> what works from winning the lease to losing it
 */
public final class Candidate<T extends Candidate.Term> implements AutoCloseable {
  private final Cluster cluster;
  private final String lease;
  private final Supplier<T> begin;
  private Cluster.@Nullable Leadership leadership;
  private @Nullable T term;
  private boolean closed;

  /** What works while this process leads, and ends when it is closed; that may block. */
  public interface Term extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A candidate that does not stand yet: {@link #start} has it do so, since a cluster may call
   * {@code begin} at once, when who makes this is not ready for it.
   *
   * @param begin starts a term; until it returns, {@link #term} waits
   */
  public Candidate(Cluster cluster, String lease, Supplier<T> begin) {
    this.cluster = cluster;
    this.lease = lease;
    this.begin = begin;
  }

  /** Takes part in the election from here to {@link #close}; to be called once. */
  public void start() {
    Cluster.Leadership seat = cluster.lead(lease, this::begin, this::end);
    synchronized (this) {
      if (!closed) {
        leadership = seat;
        return;
      }
    }
    seat.close();
  }

  /** The term that runs now; empty where another process leads. */
  public synchronized Optional<T> term() {
    return Optional.ofNullable(term);
  }

  /** Ends the term and gives up the lease; a second call does nothing. */
  @Override
  public void close() {
    Cluster.Leadership seat;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      seat = leadership;
    }
    end();
    if (seat != null) {
      seat.close();
    }
  }

  private synchronized void begin() {
    if (!closed && term == null) {
      term = begin.get();
    }
  }

  private void end() {
    T ended;
    synchronized (this) {
      ended = term;
      term = null;
    }
    if (ended != null) {
      ended.close();
    }
  }
}
