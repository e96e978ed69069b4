package io.vgpusteward.server;

import io.vertx.ext.web.Router;
import io.vgpusteward.server.config.Surroundings;
import io.vgpusteward.server.serve.Features;
import io.vgpusteward.server.serve.TestCluster;
import io.vgpusteward.server.serve.Wiring;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * The program in a process of its own, with a route for tests: {@code /wait} answers when there is
 * the file that the environment calls {@code GO}; and where the environment has {@code STUCK}, a
 * controller that never closes.
 */
final class ServeProcess {
  private ServeProcess() {}

  static void main(String[] args) {
    Path go = Path.of(System.getenv("GO"));
    Consumer<Router> routes =
        router ->
            router
                .get("/wait")
                .handler(request -> {
                  System.err.println("waiting");
                  request
                      .vertx()
                      .setPeriodic(
                          20,
                          timer -> {
                            if (Files.exists(go)) {
                              request.vertx().cancelTimer(timer);
                              request.end("done");
                            }
                          });
                });
    AutoCloseable stuck = () -> new CountDownLatch(1).await();
    boolean isStuck = System.getenv().containsKey("STUCK");
    Features features =
        new Features(List.of(context -> routes), isStuck ? List.of(context -> stuck) : List.of());
    System.exit(
        new Program(
                Surroundings.ofProcess(),
                new Wiring(configuration -> new TestCluster(), configuration -> features),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8))
            .run(args));
  }
}
