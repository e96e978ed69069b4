package io.vgpusteward.e2e.rig;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One address of loopback for servers behind it, as a Service is in a cluster: a new connection
 * goes to the next server that takes it. A test can have it swallow all that is said to it.
 * Thread-safe.
 */
public final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final AtomicInteger turn = new AtomicInteger();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private volatile List<Integer> targets;
  private volatile boolean swallowing;

  private Relay(ServerSocket listening, List<Integer> targets) {
    this.listening = listening;
    this.targets = List.copyOf(targets);
  }

  /** Listens on a port of its own for servers on these ports of loopback. */
  public static Relay to(Rig rig, List<Integer> targets) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.ports().next()));
      Relay relay = new Relay(socket, targets);
      Thread.ofVirtual().start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Leads to these ports from now on, to nobody where there are none. Connections break. */
  public void lead(List<Integer> ports) {
    targets = List.copyOf(ports);
    breakConnections();
  }

  /**
   * Takes connections and whatever is said on them, and neither passes it on nor answers; or no
   * longer. Connections that are there break.
   */
  public void swallow(boolean on) {
    swallowing = on;
    breakConnections();
  }

  /** Ends all connections that are there. */
  public void breakConnections() {
    connections.forEach(Relay::end);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        connections.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    Socket server = swallowing ? null : connect();
    try {
      if (server != null) {
        connections.add(server);
        Thread.ofVirtual().start(() -> pass(server, client));
        pass(client, server);
      } else if (swallowing) {
        swallowAll(client);
      }
    } finally {
      forget(client);
    }
  }

  private @Nullable Socket connect() {
    List<Integer> ports = targets;
    for (int i = 0; i < ports.size(); i++) {
      int port = ports.get(Math.floorMod(turn.getAndIncrement(), ports.size()));
      try {
        return new Socket(InetAddress.getLoopbackAddress(), port);
      } catch (IOException nobodyListens) {
        // Then the next one.
      }
    }
    return null;
  }

  /** Until one of both ends; then both do. */
  private void pass(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException broken) {
      // As with any connection.
    } finally {
      forget(from);
      forget(to);
    }
  }

  private static void swallowAll(Socket client) {
    try {
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // The other side has given up.
    }
  }

  private void forget(Socket socket) {
    connections.remove(socket);
    end(socket);
  }

  private static void end(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    end(listening);
    breakConnections();
  }
}
