package io.vgpusteward.webhook.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admission paths on an HTTPS server's router.
 *
 * <p>A review reads one {@link ClusterView} and computes; it is answered on the event loop, in a
 * fraction of a millisecond for a usual virtual machine. HTTP errors are a {@code v1 Status}; what
 * is wrong with a reviewed object is an answer, never an HTTP error.
 */
public final class AdmissionRoutes {
  /** The most that kube-apiserver takes for a request, and so the most that it can send. */
  static final long MAX_BODY_BYTES = 3L * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AdmissionRoutes.class);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String STARTED = "started";

  private final List<Endpoint> endpoints;
  private final Supplier<ClusterView> view;
  private final MeterRegistry meters;

  public AdmissionRoutes(
      List<Endpoint> endpoints, Supplier<ClusterView> view, MeterRegistry meters) {
    this.endpoints = List.copyOf(endpoints);
    this.view = view;
    this.meters = meters;
  }

  /** Puts the paths on the router, and an answer for every other one. */
  public void mount(Router router) {
    endpoints.forEach(endpoint -> {
      String path = endpoint.path();
      router.post(path).handler(AdmissionRoutes::noteStart);
      router.post(path).handler(AdmissionRoutes::requireJson);
      router.post(path).handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
      router.post(path).handler(context -> review(context, endpoint));
      router.route(path).handler(AdmissionRoutes::refuseMethod);
    });
    router
        .route()
        .handler(context -> fail(context, 404, "there is nothing at " + context.normalizedPath()))
        .failureHandler(AdmissionRoutes::failed);
  }

  private static void noteStart(RoutingContext context) {
    context.put(STARTED, System.nanoTime());
    context.next();
  }

  private static void refuseMethod(RoutingContext context) {
    context.response().putHeader("Allow", "POST");
    fail(context, 405, context.request().method() + " is not allowed here; POST");
  }

  private static void requireJson(RoutingContext context) {
    String type = Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("");
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (media.equals("application/json")) {
      context.next();
    } else {
      fail(context, 415, "the content type must be application/json");
    }
  }

  private void review(RoutingContext context, Endpoint endpoint) {
    Verdict verdict = answer(context, endpoint);
    Timer.builder("vgpu_steward_admission_duration")
        .description("Time from the arrival of a review to its answer")
        .tag("path", endpoint.path())
        .tag("verdict", verdict.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(Buckets.LATENCY)
        .register(meters)
        .record(Duration.ofNanos(elapsed(context)));
  }

  private Verdict answer(RoutingContext context, Endpoint endpoint) {
    String timeout = context.request().getParam("timeout");
    if (timeout != null) {
      Optional<Duration> limit = GoDuration.parse(timeout);
      if (limit.isEmpty()) {
        return fail(context, 400, "timeout must be a duration such as 10s");
      }
      if (elapsed(context) >= limit.get().toNanos()) {
        return fail(context, 504, "the review came too late to be worked on");
      }
    }
    AdmissionRequest request;
    try {
      request = AdmissionRequest.of(parse(context));
    } catch (IOException e) {
      return fail(context, 400, "the body is not JSON" + where(e));
    } catch (AdmissionRequest.NoReviewException e) {
      return fail(context, 400, e.problem());
    }
    try {
      return answer(context, request, endpoint);
    } catch (RuntimeException e) {
      // The exception's own message might repeat what a user wrote; its trace does not.
      LOG.error("review {} failed: {}", request.uid(), e.getClass().getName(), trace(e));
      return fail(context, 500, "the review failed; see the log of vgpu-steward");
    }
  }

  private Verdict answer(RoutingContext context, AdmissionRequest request, Endpoint endpoint) {
    ReviewedKind kind = endpoint.kind();
    String uid = request.uid();
    if (!request.kind().equals(kind.kind())) {
      return deny(context, uid, 400, "request.kind.kind must be " + kind + " at this path");
    }
    Optional<Review.Operation> operation = operation(request);
    if (operation.isEmpty()) {
      return admit(context, uid, MAPPER.createObjectNode(), unchanged());
    }
    if (request.object().isEmpty()) {
      return deny(context, uid, 400, "request.object must be an object");
    }
    boolean update = operation.get() == Review.Operation.UPDATE;
    if (update && request.oldObject().isEmpty()) {
      return deny(context, uid, 400, "request.oldObject must be an object in an UPDATE");
    }
    ObjectNode object = request.object().get();
    Review review =
        new Review(
            uid,
            kind,
            operation.get(),
            request.namespace(),
            object,
            update ? request.oldObject() : Optional.empty(),
            request.requester());
    return switch (endpoint.reviewer().decide(review, view.get())) {
      case Decision.Admitted admitted -> admit(context, uid, object, admitted);
      case Decision.Denied denied -> {
        LOG.info("review {} in {} denied: {}", uid, request.namespace(), denied.reason());
        send(
            context.response(),
            200,
            AdmissionResponse.denied(uid, denied.code(), denied.reason(), denied.message()));
        yield Verdict.DENIED;
      }
      case Decision.NotReady notReady ->
          fail(
              context,
              503,
              "not ready, retry: waiting for " + String.join(", ", notReady.missing()));
    };
  }

  private static Optional<Review.Operation> operation(AdmissionRequest request) {
    if (!request.subResource().isEmpty()) {
      return Optional.empty();
    }
    return switch (request.operation()) {
      case "CREATE" -> Optional.of(Review.Operation.CREATE);
      case "UPDATE" -> Optional.of(Review.Operation.UPDATE);
      default -> Optional.empty();
    };
  }

  private static Decision.Admitted unchanged() {
    return new Decision.Admitted(MAPPER.createObjectNode(), false, List.of(), Map.of());
  }

  private static Verdict admit(
      RoutingContext context, String uid, ObjectNode reviewed, Decision.Admitted decision) {
    send(context.response(), 200, AdmissionResponse.admitted(uid, reviewed, decision));
    return decision.changed() ? Verdict.PATCHED : Verdict.ADMITTED;
  }

  private static Verdict deny(RoutingContext context, String uid, int code, String message) {
    send(
        context.response(), 200, AdmissionResponse.denied(uid, code, Status.reason(code), message));
    return Verdict.DENIED;
  }

  private static JsonNode parse(RoutingContext context) throws IOException {
    if (context.body().buffer() == null) {
      return MAPPER.missingNode();
    }
    return MAPPER.readTree(context.body().buffer().getBytes());
  }

  private static String where(IOException e) {
    return e instanceof JsonProcessingException json && json.getLocation() != null
        ? " at line "
            + json.getLocation().getLineNr()
            + ", column "
            + json.getLocation().getColumnNr()
        : "";
  }

  private static Throwable trace(Throwable of) {
    Throwable trace = new Throwable("message withheld");
    trace.setStackTrace(of.getStackTrace());
    return trace;
  }

  private static void failed(RoutingContext context) {
    int code = context.statusCode() > 0 ? context.statusCode() : 500;
    String message =
        code == 413
            ? "the body is over the limit of " + MAX_BODY_BYTES + " bytes"
            : "the request could not be handled";
    fail(context, code, message);
  }

  private static Verdict fail(RoutingContext context, int code, String message) {
    send(context.response(), code, Status.of(code, Status.reason(code), message));
    return Verdict.ERROR;
  }

  private static void send(HttpServerResponse response, int code, ObjectNode body) {
    if (!response.ended()) {
      response
          .setStatusCode(code)
          .putHeader("Content-Type", "application/json")
          .end(Buffer.buffer(AdmissionResponse.bytes(body)));
    }
  }

  private static long elapsed(RoutingContext context) {
    Long started = context.get(STARTED);
    return started == null ? 0 : System.nanoTime() - started;
  }

  private enum Verdict {
    ADMITTED,
    PATCHED,
    DENIED,
    ERROR
  }
}
