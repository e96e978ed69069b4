package io.vgpusteward.agent.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of a collection of the API, as they are now: listed once and then watched, on a
 * thread of its own. What was seen last stays while the API server is away. Any thread may read.
 *
 * <p>A watch goes on where the last ended; only where the API server has forgotten that point
 * ({@code 410 Gone}) all is listed anew. Lists come from the API server's memory ({@code
 * resourceVersion=0}), so that thousands of nodes that start at once cost it no quorum reads.
 */
public final class Followed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
  private static final ObjectReader EVENTS = new ObjectMapper().readerFor(JsonNode.class);
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  /** Where in the API, and which of it. */
  public record Collection(String path, String selector) {
    String list(String version) {
      return path + "?" + selector + "resourceVersion=" + version;
    }

    String watch(String version, long seconds) {
      return list(version) + "&watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds;
    }
  }

  private final KubeApi api;
  private final Collection collection;
  private final Consumer<ObjectNode> reduce;
  private final Runnable onChange;
  private final Pace pace;
  private final RandomGenerator random = new SplittableRandom();
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition synced = lock.newCondition();
  private final Map<String, ObjectNode> objects = new HashMap<>();
  private boolean isSynced;
  private boolean wasRelisted;
  private volatile Optional<String> problem = Optional.empty();
  private volatile @Nullable InputStream open;
  private volatile long lastHeard;
  private volatile boolean closed;

  private Followed(
      KubeApi api,
      Collection collection,
      Consumer<ObjectNode> reduce,
      Runnable onChange,
      Pace pace) {
    this.api = api;
    this.collection = collection;
    this.reduce = reduce;
    this.onChange = onChange;
    this.pace = pace;
    this.thread = Thread.ofVirtual().name("watch " + collection.path()).unstarted(this::run);
  }

  /**
   * Begins to follow a collection.
   *
   * @param reduce takes out of each object what nobody needs, before it is kept
   * @param onChange called after each change, on the thread of the watch; it must not block
   */
  public static Followed start(
      KubeApi api,
      Collection collection,
      Consumer<ObjectNode> reduce,
      Runnable onChange,
      Pace pace) {
    Followed followed = new Followed(api, collection, reduce, onChange, pace);
    followed.thread.start();
    return followed;
  }

  /** Whether all was seen once. A kind that the API server does not know counts as seen. */
  public boolean isSynced() {
    lock.lock();
    try {
      return isSynced;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all was seen once; whether it was in time. */
  public boolean awaitSynced(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (!isSynced && left > 0) {
        left = synced.awaitNanos(left);
      }
      return isSynced;
    } finally {
      lock.unlock();
    }
  }

  /** What is there now, in no order. The trees are shared: nobody may change them. */
  public List<ObjectNode> objects() {
    lock.lock();
    try {
      return List.copyOf(objects.values());
    } finally {
      lock.unlock();
    }
  }

  /** Why it cannot be followed now, in the API server's words. */
  public Optional<String> problem() {
    return problem;
  }

  private void run() {
    Backoff backoff = new Backoff(pace.retry(), pace.mostRetry(), random);
    String version = "";
    while (!closed) {
      try {
        if (version.isEmpty()) {
          version = list();
        }
        long began = System.nanoTime();
        version = watch(version);
        if (System.nanoTime() - began < pace.retry().toNanos()) {
          // A watch that ends at once, again and again, must not become a storm of requests.
          pause(backoff.next());
        } else {
          backoff.reset();
        }
      } catch (KubeException e) {
        if (e.status() == GONE) {
          // Lists from memory may be older than a watch was: the next one is a true one.
          wasRelisted = true;
          version = "";
        } else if (e.status() == NOT_FOUND) {
          replace(List.of());
          version = "";
        }
        failed(e);
        pause(e.status() == NOT_FOUND ? jittered(pace.absent()) : backoff.next());
      } catch (AccessException e) {
        failed(e);
        pause(backoff.next());
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("the watch of {} failed", collection.path(), e);
        pause(backoff.next());
      }
    }
  }

  private void failed(RuntimeException e) {
    Optional<String> now = Optional.of(String.valueOf(e.getMessage()));
    if (closed) {
      return;
    }
    if (now.equals(problem)) {
      LOG.debug("{} still cannot be followed: {}", collection.path(), now.get());
    } else {
      LOG.warn("{} cannot be followed: {}", collection.path(), now.get());
    }
    problem = now;
  }

  private String list() throws InterruptedException {
    ObjectNode list =
        api.get(collection.list(wasRelisted ? "" : "0"))
            .orElseThrow(() -> new KubeException(NOT_FOUND, "there is no " + collection.path()));
    List<ObjectNode> items =
        list.path("items")
            .valueStream()
            .filter(ObjectNode.class::isInstance)
            .map(ObjectNode.class::cast)
            .toList();
    // Items of a list do not say of which kind they are.
    String kind = list.path("kind").asText("");
    for (ObjectNode item : items) {
      item.set("apiVersion", list.path("apiVersion"));
      item.put("kind", kind.endsWith("List") ? kind.substring(0, kind.length() - 4) : kind);
    }
    replace(items);
    recovered();
    return list.path("metadata").path("resourceVersion").asText("0");
  }

  private void recovered() {
    if (problem.isPresent()) {
      LOG.info("{} is followed again", collection.path());
      problem = Optional.empty();
    }
  }

  private void replace(List<ObjectNode> items) {
    lock.lock();
    try {
      objects.clear();
      items.forEach(this::keep);
      isSynced = true;
      synced.signalAll();
    } finally {
      lock.unlock();
    }
    onChange.run();
  }

  /** Follows changes until the watch ends; returns from where to go on. */
  private String watch(String from) throws InterruptedException {
    String version = from;
    try (InputStream body = api.stream(collection.watch(from, jittered(pace.watch()).toSeconds()));
        var _ = watchdog(body)) {
      recovered();
      MappingIterator<JsonNode> events = EVENTS.readValues(body);
      while (!closed && events.hasNextValue()) {
        lastHeard = System.nanoTime();
        JsonNode event = events.nextValue();
        JsonNode object = event.path("object");
        if (event.path("type").asText("").equals("ERROR")) {
          throw new KubeException(
              object.path("code").asInt(0),
              "the watch of " + collection.path() + ": " + object.path("message").asText(""));
        }
        version = object.path("metadata").path("resourceVersion").asText(version);
        take(event.path("type").asText(""), object);
      }
    } catch (IOException e) {
      // An end like any other: the connection went, or it was too silent. The next try will say.
      LOG.debug("the watch of {} broke off", collection.path());
    }
    return version;
  }

  private void take(String type, JsonNode tree) {
    if (type.equals("BOOKMARK") || !(tree instanceof ObjectNode object)) {
      return;
    }
    lock.lock();
    try {
      if (type.equals("DELETED")) {
        objects.remove(key(object));
      } else {
        keep(object);
      }
    } finally {
      lock.unlock();
    }
    onChange.run();
  }

  private void keep(ObjectNode object) {
    if (object.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("managedFields");
    }
    reduce.accept(object);
    objects.put(key(object), object);
  }

  private static String key(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("namespace").asText("") + "/" + metadata.path("name").asText("");
  }

  /** Closes a body from which nothing comes any more, which ends the reading of it. */
  private AutoCloseableWatchdog watchdog(InputStream body) {
    open = body;
    lastHeard = System.nanoTime();
    Thread dog =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (true) {
                  long silent = System.nanoTime() - lastHeard;
                  if (silent >= pace.silence().toNanos()) {
                    close(body);
                    return;
                  }
                  TimeUnit.NANOSECONDS.sleep(pace.silence().toNanos() - silent);
                }
              } catch (InterruptedException e) {
                // The watch ended by itself.
              }
            });
    return dog::interrupt;
  }

  private interface AutoCloseableWatchdog extends AutoCloseable {
    @Override
    void close();
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      LOG.trace("closing a watch", e);
    }
  }

  private Duration jittered(Duration least) {
    return least.plusMillis(random.nextLong(least.toMillis() / 2 + 1));
  }

  private void pause(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    InputStream body = open;
    if (body != null) {
      close(body);
    }
  }
}
