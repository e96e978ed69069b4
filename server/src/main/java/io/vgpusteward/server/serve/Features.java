package io.vgpusteward.server.serve;

import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a program does besides listening.
 *
 * @param routes each makes what mounts its routes on the HTTPS listener of admission, where it is
 *     called once for every event loop
 * @param extenderRoutes the same for the listener of kube-scheduler
 * @param controllers each starts something that runs until it is closed; they start in order once
 *     the listeners are up, and are closed in reverse order once these have drained
 */
public record Features(
    List<Function<Context, Consumer<Router>>> routes,
    List<Function<Context, Consumer<Router>>> extenderRoutes,
    List<Function<Context, AutoCloseable>> controllers) {
  public Features {
    routes = List.copyOf(routes);
    extenderRoutes = List.copyOf(extenderRoutes);
    controllers = List.copyOf(controllers);
  }

  /** What answers no scheduler. */
  public Features(
      List<Function<Context, Consumer<Router>>> routes,
      List<Function<Context, AutoCloseable>> controllers) {
    this(routes, List.of(), controllers);
  }
}
