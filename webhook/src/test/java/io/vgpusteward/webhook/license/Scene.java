package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.SecretObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster with a controller at work in it, in a hurry. */
final class Scene implements AutoCloseable {
  static final QueueLimits FAST =
      new QueueLimits(
          4,
          1_000_000,
          100_000,
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          Duration.ofMillis(500));

  /** Nothing is looked at again but for a reason. */
  static final LicenseController.Settings SETTINGS =
      new LicenseController.Settings("vgpu-system", Duration.ofHours(1), Duration.ofHours(1), FAST);

  final MemoryCluster cluster = new MemoryCluster();
  SimpleMeterRegistry meters = new SimpleMeterRegistry();
  LicenseController controller;

  Scene() {
    this(SETTINGS);
  }

  Scene(LicenseController.Settings settings) {
    controller = LicenseController.start(cluster, settings, meters, InstantSource.system());
  }

  /** Ends the controller's process and starts another one, which knows nothing. */
  void restart() {
    controller.close();
    meters = new SimpleMeterRegistry();
    controller = LicenseController.start(cluster, SETTINGS, meters, InstantSource.system());
  }

  void license(String namespace, String token) {
    licenseData(namespace, Map.of(LicenseSecret.TOKEN_KEY, bytes(token + "\n")));
  }

  void licenseData(String namespace, Map<String, byte[]> data) {
    cluster.put(namespace, Keys.LICENSE_SECRET, Map.of(), data);
  }

  void userSecret(String name, String key, String content) {
    cluster.put("team", name, Map.of(), Map.of(key, bytes(content)));
  }

  /** Does it and waits until so many passes that it led to are over. */
  void passes(int count, Runnable action) {
    settle();
    long before = passes();
    action.run();
    await().until(() -> passes() >= before + count);
    settle();
  }

  /** Waits until nothing is left to be done at once. */
  void settle() {
    cluster.awaitTold();
    await()
        .until(() ->
            gauge("vgpu_steward_license_queue_depth") == 0
                && gauge("vgpu_steward_license_queue_running") == 0);
  }

  long passes() {
    return meters.get("vgpu_steward_license_reconcile").timer().count();
  }

  double gauge(String name) {
    return meters.get(name).gauges().stream().mapToDouble(Gauge::value).sum();
  }

  double failures(Problem problem) {
    return meters
        .get("vgpu_steward_license_failures_total")
        .tag("reason", problem.reason())
        .counter()
        .count();
  }

  double written(String result) {
    Counter counter =
        meters.find("vgpu_steward_license_secrets_written_total").tag("result", result).counter();
    return counter == null ? 0 : counter.count();
  }

  Optional<SecretObject> secret(Guest guest) {
    return cluster.stored(guest.key().namespace(), guest.userDataSecret().orElseThrow());
  }

  String content(Guest guest) {
    return secret(guest)
        .flatMap(secret -> Optional.ofNullable(secret.data().get(GuestContents.KEY)))
        .map(Tokens::readable)
        .orElse("");
  }

  /** How many bytes the Secret holds under the key that KubeVirt reads. */
  int size(Guest guest) {
    return secret(guest)
        .flatMap(secret -> Optional.ofNullable(secret.data().get(GuestContents.KEY)))
        .map(bytes -> bytes.length)
        .orElse(0);
  }

  String token(Guest guest) {
    return Tokens.inGuest(content(guest), "token");
  }

  void awaitToken(Guest guest, String token) {
    await().untilAsserted(() -> assertThat(token(guest).equals(token)).isTrue());
  }

  void awaitContent(Guest guest, String part) {
    await().untilAsserted(() -> assertThat(content(guest)).contains(part));
  }

  void awaitEvent(Guest guest, String reason) {
    await().untilAsserted(() -> assertThat(reasons(guest)).contains(reason));
  }

  List<String> reasons(Guest guest) {
    return cluster.recorded().stream()
        .filter(event -> event.guest().equals(guest.key()))
        .map(MemoryCluster.Event::reason)
        .toList();
  }

  String note(Guest guest, String reason) {
    return cluster.recorded().stream()
        .filter(event -> event.guest().equals(guest.key()) && event.reason().equals(reason))
        .map(MemoryCluster.Event::note)
        .findFirst()
        .orElse("");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    controller.close();
    cluster.close();
  }
}
