package io.vgpusteward.extender.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.placement.PlacementSettings;
import io.vgpusteward.extender.wire.WireException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of kube-scheduler's extender on an HTTPS server's router: {@code POST
 * /scheduler/filter}, {@code /scheduler/prioritize} and {@code /scheduler/preempt}, of any content
 * type.
 *
 * <p>Whatever comes is answered in the protocol, with status 200. Of any other status the scheduler
 * tells a pod's owner its number alone (scheduler/extender.go, send), while {@code Error} of a
 * filter goes into the pod's condition as it is; either way the pod stays pending.
 *
 * <p>Bodies up to {@link #LOOP_BYTES} are answered on the event loop, in a few milliseconds; larger
 * ones, such as 5,000 full nodes, on a worker thread.
 */
public final class ExtenderRoutes {
  /** What the paths are below; the scheduler's {@code urlPrefix} ends with it. */
  public static final String PATH = "/scheduler";

  /** Twice what 5,000 names of 100 letters take. */
  static final int LOOP_BYTES = 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ExtenderRoutes.class);
  private static final String STARTED = "started";

  private final List<Verb> verbs;
  private final MeterRegistry meters;
  private final long maxBody;

  /**
   * @param maxBody the most bytes of a body that are read
   */
  public ExtenderRoutes(
      Supplier<ClusterView> view,
      PlacementSettings settings,
      long maxBody,
      MeterRegistry meters,
      InstantSource clock) {
    this.verbs = new Verbs(view, settings, meters, clock).all();
    this.maxBody = maxBody;
    this.meters = meters;
  }

  /** Puts the paths on the router, and an answer for every other one. */
  public void mount(Router router) {
    verbs.forEach(verb -> {
      String path = PATH + "/" + verb.name();
      router.post(path).handler(ExtenderRoutes::noteStart);
      router
          .post(path)
          .handler(BodyHandler.create(false).setBodyLimit(maxBody))
          .failureHandler(context -> failed(context, verb));
      router
          .post(path)
          .handler(context -> serve(context, verb))
          .failureHandler(context -> failed(context, verb));
      router.route(path).handler(ExtenderRoutes::refuseMethod);
    });
    router
        .route()
        .handler(context -> refuse(context, 404, "there is nothing at this path"))
        .failureHandler(context -> refuse(context, 400, "the request could not be handled"));
  }

  private static void noteStart(RoutingContext context) {
    context.put(STARTED, System.nanoTime());
    context.next();
  }

  private void serve(RoutingContext context, Verb verb) {
    Buffer body = context.body().buffer();
    if (body == null || body.length() <= LOOP_BYTES) {
      send(context, verb, answer(verb, body));
    } else {
      context
          .vertx()
          .executeBlocking(() -> answer(verb, body), false)
          .onSuccess(reply -> send(context, verb, reply))
          .onFailure(context::fail);
    }
  }

  /** An answer, and whether it is a failure. */
  private record Reply(Buffer json, boolean failed) {}

  private static Reply answer(Verb verb, @Nullable Buffer body) {
    try {
      byte[] bytes = body == null ? new byte[0] : body.getBytes();
      return new Reply(Buffer.buffer(verb.answer().to(bytes)), false);
    } catch (WireException e) {
      return failure(verb, String.valueOf(e.getMessage()));
    } catch (UnansweredException e) {
      return failure(verb, e.problem());
    } catch (RuntimeException e) {
      // The exception's own message might repeat what a user wrote; its trace does not.
      LOG.error("{} failed: {}", verb.name(), e.getClass().getName(), trace(e));
      return failure(verb, "it failed; see the log of vgpu-steward");
    }
  }

  private static Reply failure(Verb verb, String why) {
    LOG.warn("{} is not answered: {}", verb.name(), why);
    return new Reply(Buffer.buffer(verb.failure().apply(why)), true);
  }

  private static Throwable trace(Throwable of) {
    Throwable trace = new Throwable("message withheld");
    trace.setStackTrace(of.getStackTrace());
    return trace;
  }

  private void failed(RoutingContext context, Verb verb) {
    String why =
        context.statusCode() == 413
            ? "the request is over the limit of "
                + maxBody
                + " bytes; set nodeCacheCapable, or a higher --extender-max-body"
            : "the request could not be handled";
    send(context, verb, failure(verb, why));
  }

  private void send(RoutingContext context, Verb verb, Reply reply) {
    if (!context.response().ended()) {
      context
          .response()
          .putHeader("Content-Type", "application/json")
          .end(reply.json())
          .onFailure(gone -> LOG.debug("{}: the scheduler went away", verb.name()));
      Timer.builder("vgpu_steward_extender_duration")
          .description("Time from the arrival of a question of kube-scheduler to its answer")
          .tag("verb", verb.name().toString())
          .tag("outcome", reply.failed() ? "failed" : "answered")
          .serviceLevelObjectives(Buckets.LATENCY)
          .register(meters)
          .record(Duration.ofNanos(elapsed(context)));
    }
  }

  private static void refuseMethod(RoutingContext context) {
    context.response().putHeader("Allow", "POST");
    refuse(context, 405, "only POST is allowed here");
  }

  private static void refuse(RoutingContext context, int status, String why) {
    if (!context.response().ended()) {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "text/plain; charset=utf-8")
          .end(why + "\n");
    }
  }

  private static long elapsed(RoutingContext context) {
    Long started = context.get(STARTED);
    return started == null ? 0 : System.nanoTime() - started;
  }
}
