package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * As much of an API server as an agent asks for: lists and watches with field selectors, apply with
 * an owner's memory, merge, create and delete, of any collection. fabric8's has no watches over
 * plain HTTP and no apply.
 */
final class ApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Watcher(String collection, String selector, BlockingQueue<String> events) {}

  private final HttpServer server;
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final Map<String, ObjectNode> applied = new HashMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private final List<String> writes = new ArrayList<>();
  private int version = 1;
  private volatile boolean isAway;

  ApiServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** A kubeconfig that leads here. */
  Path kubeconfig(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        current-context: here
        contexts: [{name: here, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {token: hunter2}}]
        """
            .formatted(server.getAddress().getPort()));
  }

  void setAway(boolean away) {
    isAway = away;
  }

  /** All that was written so far, as {@code PATCH /api/v1/nodes/n1}. */
  synchronized List<String> writes() {
    return List.copyOf(writes);
  }

  synchronized Optional<JsonNode> get(String path) {
    return Optional.<JsonNode>ofNullable(objects.get(path)).map(JsonNode::deepCopy);
  }

  synchronized void put(String path, ObjectNode object) {
    store(path, object);
  }

  /** Changes an object as somebody else would. */
  synchronized void edit(String path, Consumer<ObjectNode> change) {
    ObjectNode object = Optional.ofNullable(objects.get(path)).orElseThrow().deepCopy();
    change.accept(object);
    store(path, object);
  }

  synchronized void delete(String path) {
    ObjectNode gone = objects.remove(path);
    applied.remove(path);
    if (gone != null) {
      tell("DELETED", path, gone);
    }
  }

  synchronized List<ObjectNode> all(String collection) {
    return objects.entrySet().stream()
        .filter(entry -> isIn(entry.getKey(), collection))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static boolean isIn(String path, String collection) {
    return path.startsWith(collection + "/") && path.indexOf('/', collection.length() + 1) < 0;
  }

  private void store(String path, ObjectNode object) {
    boolean isNew = !objects.containsKey(path);
    object.withObjectProperty("metadata").put("resourceVersion", String.valueOf(++version));
    objects.put(path, object);
    tell(isNew ? "ADDED" : "MODIFIED", path, object);
  }

  private void tell(String type, String path, ObjectNode object) {
    for (Watcher watcher : watchers) {
      if (isIn(path, watcher.collection()) && matches(object, watcher.selector())) {
        watcher.events().add(event(type, object));
      }
    }
  }

  private static String event(String type, ObjectNode object) {
    return JSON.createObjectNode().put("type", type).set("object", object).toString();
  }

  private static boolean matches(JsonNode object, String selector) {
    int equals = selector.indexOf('=');
    return equals < 0
        || object
            .at("/" + selector.substring(0, equals).replace('.', '/'))
            .asText()
            .equals(selector.substring(equals + 1));
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Map<String, String> query = query(exchange);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (isAway) {
        answer(exchange, 503, status("the API server is away"));
      } else if (query.containsKey("watch")) {
        watch(exchange, path, query.getOrDefault("fieldSelector", ""));
      } else if (exchange.getRequestMethod().equals("GET")) {
        read(exchange, path, query.getOrDefault("fieldSelector", ""));
      } else {
        write(exchange, path, body);
      }
    }
  }

  private static ObjectNode status(String message) {
    return JSON.createObjectNode().put("kind", "Status").put("message", message);
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void read(HttpExchange exchange, String path, String selector) throws IOException {
    Optional<JsonNode> one = get(path);
    if (one.isPresent()) {
      answer(exchange, 200, one.get());
    } else if (Character.isDigit(path.charAt(path.length() - 1))) {
      answer(exchange, 404, status("not found"));
    } else {
      ObjectNode list = JSON.createObjectNode().put("kind", "ThingList").put("apiVersion", "v1");
      synchronized (this) {
        list.putObject("metadata").put("resourceVersion", String.valueOf(version));
        list.putArray("items")
            .addAll(all(path).stream().filter(object -> matches(object, selector)).toList());
        answer(exchange, 200, list);
      }
    }
  }

  private void watch(HttpExchange exchange, String path, String selector) throws IOException {
    Watcher watcher = new Watcher(path, selector, new LinkedBlockingQueue<>());
    watchers.add(watcher);
    // What changed between the list and this is told again: versions are not compared here.
    all(path).stream()
        .filter(object -> matches(object, selector))
        .forEach(object -> watcher.events().add(event("MODIFIED", object)));
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    try {
      while (!isAway) {
        String event = watcher.events().poll(100, TimeUnit.MILLISECONDS);
        if (event != null) {
          out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      watchers.remove(watcher);
    }
  }

  private synchronized void write(HttpExchange exchange, String path, byte[] body)
      throws IOException {
    String method = exchange.getRequestMethod();
    writes.add(method + " " + path);
    ObjectNode sent = body.length == 0 ? JSON.createObjectNode() : object(body);
    boolean ofStatus = path.endsWith("/status");
    String of = ofStatus ? path.substring(0, path.length() - "/status".length()) : path;
    switch (method) {
      case "POST" -> {
        String name = path + "/" + sent.path("metadata").path("name").asText();
        if (objects.containsKey(name)) {
          answer(exchange, 409, status("exists already"));
        } else {
          store(name, sent);
          answer(exchange, 201, sent);
        }
      }
      case "DELETE" -> {
        JsonNode stored = objects.get(of);
        String uid = sent.path("preconditions").path("uid").asText();
        if (stored == null) {
          answer(exchange, 404, status("not found"));
        } else if (!uid.isEmpty() && !stored.at("/metadata/uid").asText().equals(uid)) {
          answer(exchange, 409, status("the uid is another"));
        } else {
          delete(of);
          answer(exchange, 200, status("deleted"));
        }
      }
      default -> {
        if (ofStatus && !objects.containsKey(of)) {
          answer(exchange, 404, status("not found"));
          return;
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        answer(exchange, 200, patch(of, sent, type.contains("apply"), ofStatus));
      }
    }
  }

  private static ObjectNode object(byte[] body) throws IOException {
    return (ObjectNode) JSON.readTree(body);
  }

  private ObjectNode patch(String path, ObjectNode sent, boolean isApply, boolean ofStatus) {
    ObjectNode next =
        Optional.ofNullable(objects.get(path))
            .map(ObjectNode::deepCopy)
            .orElse(JSON.createObjectNode());
    if (ofStatus) {
      next.set("status", sent.get("status"));
    } else {
      if (isApply) {
        Optional.ofNullable(applied.put(path, sent.deepCopy()))
            .ifPresent(before -> forget(next, before, sent));
      }
      merge(next, sent);
    }
    if (!next.equals(objects.get(path))) {
      store(path, next);
    }
    return next;
  }

  /** What was applied before and is not now goes, in labels and annotations. */
  private static void forget(ObjectNode next, ObjectNode before, ObjectNode sent) {
    for (String map : List.of("labels", "annotations")) {
      before
          .path("metadata")
          .path(map)
          .fieldNames()
          .forEachRemaining(name -> {
            if (!sent.path("metadata").path(map).has(name)
                && next.path("metadata").path(map) instanceof ObjectNode owner) {
              owner.remove(name);
            }
          });
    }
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    from.properties()
        .forEach(field -> {
          if (field.getValue().isNull()) {
            into.remove(field.getKey());
          } else if (field.getValue() instanceof ObjectNode inner) {
            merge(into.withObjectProperty(field.getKey()), inner);
          } else {
            into.set(field.getKey(), field.getValue());
          }
        });
  }

  @Override
  public void close() {
    isAway = true;
    server.stop(0);
  }
}
