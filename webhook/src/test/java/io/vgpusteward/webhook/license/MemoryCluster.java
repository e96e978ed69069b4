package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.Cluster;
import io.vgpusteward.cluster.ClusterListener;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.EventSink;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Instancetypes;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A cluster in memory that keeps the whole contract: versions, conflicts, one leader per lease. */
final class MemoryCluster implements Cluster {
  record Event(GuestKey guest, EventSink.Type type, String reason, String note) {}

  /** Called before each call of the API; may throw, block or write itself. */
  interface Gate {
    void before(String verb, String secret);
  }

  private static final class Seat {
    private final Runnable onStart;
    private final Runnable onStop;

    private Seat(Runnable onStart, Runnable onStop) {
      this.onStart = onStart;
      this.onStop = onStop;
    }
  }

  private final Map<String, SecretObject> secrets = new HashMap<>();
  private final Map<GuestKey, Guest> guests = new ConcurrentHashMap<>();
  private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  private final Queue<String> calls = new ConcurrentLinkedQueue<>();
  private final Map<String, Deque<Seat>> leases = new HashMap<>();
  private final ExecutorService notifier = Executors.newSingleThreadExecutor();
  private volatile ClusterView view = ClusterView.empty(Instant.EPOCH, List.of());
  private volatile List<String> missing = List.of();
  private volatile Gate gate = (verb, secret) -> {};
  private long version;

  // What users and KubeVirt do.

  void apply(Guest guest) {
    applyAll(List.of(guest));
  }

  synchronized void applyAll(Collection<Guest> applied) {
    applied.forEach(guest -> guests.put(guest.key(), guest));
    look();
    applied.forEach(guest -> notifyOf(new Change.OfGuest(guest.key())));
  }

  synchronized void remove(GuestKey guest) {
    guests.remove(guest);
    look();
    notifyOf(new Change.OfGuest(guest));
  }

  /** Creates or overwrites a Secret behind everybody's back; its owners stay. */
  synchronized SecretObject put(
      String namespace, String name, Map<String, String> labels, Map<String, byte[]> data) {
    List<SecretObject.Owner> owners =
        stored(namespace, name).map(SecretObject::owners).orElse(List.of());
    return put(namespace, name, labels, owners, data);
  }

  synchronized SecretObject put(
      String namespace,
      String name,
      Map<String, String> labels,
      List<SecretObject.Owner> owners,
      Map<String, byte[]> data) {
    String uid = stored(namespace, name).map(SecretObject::uid).orElseGet(() -> "uid" + ++version);
    SecretObject secret =
        new SecretObject(namespace, name, uid, "" + ++version, labels, owners, data);
    secrets.put(namespace + "/" + name, secret);
    if (name.equals(Keys.LICENSE_SECRET)) {
      notifyOf(new Change.OfLicense(namespace));
    }
    return secret;
  }

  synchronized void drop(String namespace, String name) {
    secrets.remove(namespace + "/" + name);
    if (name.equals(Keys.LICENSE_SECRET)) {
      notifyOf(new Change.OfLicense(namespace));
    }
  }

  synchronized Optional<SecretObject> stored(String namespace, String name) {
    return Optional.ofNullable(secrets.get(namespace + "/" + name));
  }

  /** What the view lacks from now on; with nothing missing it is a first full view. */
  synchronized void missing(List<String> kinds) {
    missing = kinds;
    look();
    if (kinds.isEmpty()) {
      notifyOf(new Change.OfEverything());
    }
  }

  void gate(Gate next) {
    gate = next;
  }

  List<Event> recorded() {
    return List.copyOf(events);
  }

  /** Every call of the API so far, {@code verb namespace/name}. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  /** Waits until all listeners know of all changes so far. */
  void awaitTold() {
    CountDownLatch told = new CountDownLatch(1);
    run(told::countDown);
    try {
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void forgetCalls() {
    calls.clear();
  }

  /** Takes the lease from its leader, as after an API server that could not be reached. */
  void depose(String lease) {
    leave(lease, leases.getOrDefault(lease, new ArrayDeque<>()).getFirst());
  }

  // The contract.

  @Override
  public ClusterView view() {
    return view;
  }

  @Override
  public void addListener(ClusterListener listener) {
    listeners.add(listener);
  }

  @Override
  public Optional<SecretObject> licenseSecret(String namespace) {
    return stored(namespace, Keys.LICENSE_SECRET);
  }

  @Override
  public EventSink events() {
    return (target, type, reason, note) ->
        events.add(
            new Event(
                new GuestKey(
                    GuestKey.Kind.valueOf(target.kind()), target.namespace(), target.name()),
                type,
                reason,
                note));
  }

  @Override
  public SecretStore secrets() {
    return new Store();
  }

  @Override
  public Leadership lead(String lease, Runnable onStart, Runnable onStop) {
    Seat seat = new Seat(onStart, onStop);
    boolean leads;
    synchronized (this) {
      Deque<Seat> seats = leases.computeIfAbsent(lease, key -> new ArrayDeque<>());
      seats.add(seat);
      leads = seats.size() == 1;
    }
    if (leads) {
      run(onStart);
    }
    return () -> leave(lease, seat);
  }

  private void leave(String lease, Seat seat) {
    Optional<Seat> heir = Optional.empty();
    boolean led;
    synchronized (this) {
      Deque<Seat> seats = leases.getOrDefault(lease, new ArrayDeque<>());
      led = seat.equals(seats.peek());
      if (seats.remove(seat) && led) {
        heir = Optional.ofNullable(seats.peek());
      }
    }
    if (led) {
      seat.onStop.run();
    }
    heir.ifPresent(next -> run(next.onStart));
  }

  @Override
  public void close() {
    notifier.shutdownNow();
  }

  private void look() {
    view =
        new ClusterView(
            Instant.EPOCH, missing, Optional.empty(), Map.of(), Instancetypes.none(), guests);
  }

  private void notifyOf(Change change) {
    run(() -> listeners.forEach(listener -> listener.changed(change)));
  }

  private void run(Runnable task) {
    try {
      notifier.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed: nobody listens any more.
    }
  }

  private final class Store implements SecretStore {
    @Override
    public Optional<SecretObject> get(String namespace, String name) {
      call("get", namespace, name);
      return stored(namespace, name);
    }

    @Override
    public SecretObject create(SecretObject secret) {
      call("create", secret.namespace(), secret.name());
      synchronized (MemoryCluster.this) {
        if (stored(secret.namespace(), secret.name()).isPresent()) {
          throw new ConflictException("exists");
        }
        return write(secret);
      }
    }

    @Override
    public SecretObject replace(SecretObject secret) {
      call("replace", secret.namespace(), secret.name());
      synchronized (MemoryCluster.this) {
        check(secret);
        return write(secret);
      }
    }

    @Override
    public void delete(SecretObject secret) {
      call("delete", secret.namespace(), secret.name());
      synchronized (MemoryCluster.this) {
        if (stored(secret.namespace(), secret.name()).isPresent()) {
          check(secret);
          drop(secret.namespace(), secret.name());
        }
      }
    }

    private SecretObject write(SecretObject secret) {
      return put(
          secret.namespace(), secret.name(), secret.labels(), secret.owners(), secret.data());
    }

    private void check(SecretObject secret) {
      boolean current =
          stored(secret.namespace(), secret.name())
              .filter(stored ->
                  stored.uid().equals(secret.uid())
                      && stored.resourceVersion().equals(secret.resourceVersion()))
              .isPresent();
      if (!current) {
        throw new ConflictException("changed or gone");
      }
    }

    private void call(String verb, String namespace, String name) {
      calls.add(verb + " " + namespace + "/" + name);
      gate.before(verb, name);
    }
  }
}
