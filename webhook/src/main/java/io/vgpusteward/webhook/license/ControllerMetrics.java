package io.vgpusteward.webhook.license;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/** What the licence controller counts. No label holds more than a reason or a namespace. */
final class ControllerMetrics implements AutoCloseable {
  private static final String PREFIX = "vgpu_steward_";

  private final MeterRegistry registry;
  private final AtomicReference<Optional<LicenseTerm>> term =
      new AtomicReference<>(Optional.empty());
  private final List<Meter> gauges = new ArrayList<>();
  private final Map<Problem, Counter> failures = new EnumMap<>(Problem.class);
  private final Timer reconciles;
  private final Counter retries;
  private final MultiGauge expiries;

  /** Registers the meters. */
  ControllerMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Problem problem : Problem.values()) {
      failures.put(
          problem,
          Counter.builder(PREFIX + "license_failures_total")
              .description("Passes over a guest's Secret that ended with a problem")
              .tag("reason", problem.reason())
              .register(registry));
      gauge(
          "guests_without_license",
          "Guests that should have a licence and do not get it",
          Tags.of("reason", problem.reason()),
          current -> current.reports().withoutLicense(problem));
    }
    gauge(
        "license_queue_depth",
        "Secrets that wait for a pass",
        Tags.empty(),
        current -> current.queue().depth());
    gauge(
        "license_queue_running",
        "Passes under way",
        Tags.empty(),
        current -> current.queue().running());
    gauge(
        "license_queue_hanging",
        "Passes that take far too long",
        Tags.empty(),
        current -> current.queue().hanging());
    reconciles =
        Timer.builder(PREFIX + "license_reconcile")
            .description("Duration of a pass over a guest's Secret")
            .register(registry);
    retries =
        Counter.builder(PREFIX + "license_queue_retries_total")
            .description("Passes put off after a failure")
            .register(registry);
    expiries =
        MultiGauge.builder(PREFIX + "license_expiry_timestamp_seconds")
            .description("When the licence token of a namespace expires")
            .register(registry);
  }

  /** Has gauges look at the term of leadership from here; without one they are 0. */
  void follow(Optional<LicenseTerm> current) {
    term.set(current);
  }

  /** A Secret was created, updated or deleted, or a write met a conflict. */
  void wrote(String result) {
    registry
        .counter(
            PREFIX + "license_secrets_written_total", "result", result.toLowerCase(Locale.ROOT))
        .increment();
  }

  void failed(Problem problem) {
    Counter counter = failures.get(problem);
    if (counter != null) {
      counter.increment();
    }
  }

  void retried() {
    retries.increment();
  }

  void reconciled(Duration duration) {
    reconciles.record(duration);
  }

  /** The licences known now expire then. */
  void expiries(Map<String, Instant> byNamespace) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    byNamespace.forEach((namespace, expires) ->
        rows.add(MultiGauge.Row.of(Tags.of("namespace", namespace), expires.getEpochSecond())));
    expiries.register(rows, true);
  }

  /** Takes the gauges out again; what was counted stays. */
  @Override
  public void close() {
    gauges.forEach(registry::remove);
    expiries(Map.of());
  }

  private void gauge(
      String name, String description, Tags tags, ToDoubleFunction<LicenseTerm> value) {
    gauges.add(
        Gauge.builder(
                PREFIX + name,
                term,
                reference -> reference.get().map(value::applyAsDouble).orElse(0.0))
            .description(description)
            .tags(tags)
            .strongReference(true)
            .register(registry));
  }
}
