package io.vgpusteward.server.serve;

import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a program does besides listening.
 *
 * @param routes each makes what mounts its routes on the HTTPS listener, where it is called once
 *     for every event loop
 * @param controllers each starts something that runs until it is closed; they start in order once
 *     the listener is up, and are closed in reverse order once it has drained
 */
public record Features(
    List<Function<Context, Consumer<Router>>> routes,
    List<Function<Context, AutoCloseable>> controllers) {
  public Features {
    routes = List.copyOf(routes);
    controllers = List.copyOf(controllers);
  }
}
