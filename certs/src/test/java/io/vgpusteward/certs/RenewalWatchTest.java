package io.vgpusteward.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RenewalWatchTest {
  private static final Duration PERIOD = Duration.ofMillis(20);

  private final TestClock clock = new TestClock();
  private final CertificateAuthority authority = CertificateAuthority.create("test CA", clock);
  private final KeyMaterial first = authority.issue("first", SubjectNames.of("localhost"));
  private final KeyMaterial second = authority.issue("second", SubjectNames.of("localhost"));
  private final AtomicReference<KeySource> source = new AtomicReference<>(() -> first);
  private final AtomicInteger reads = new AtomicInteger();
  private final List<KeyMaterial> taken = new CopyOnWriteArrayList<>();

  @Test
  void watch_handsOnANewPairOnce() {
    try (RenewalWatch<KeyMaterial> watch = watch()) {
      awaitReads(2);
      assertThat(taken).isEmpty();
      source.set(() -> second);
      await().untilAsserted(() -> assertThat(watch.current()).isEqualTo(second));
      awaitReads(2);
      assertThat(taken).containsExactly(second);
    }
  }

  @Test
  void watch_whileTheSourceFails_keepsTheLastGoodPair() {
    try (RenewalWatch<KeyMaterial> watch = watch()) {
      source.set(() -> {
        throw new KeyMaterialException("server.pem: no CERTIFICATE block found");
      });
      awaitReads(2);
      assertThat(watch.current()).isEqualTo(first);
      assertThat(watch.problem()).isEmpty();
      source.set(() -> second);
      await().untilAsserted(() -> assertThat(watch.current()).isEqualTo(second));
    }
  }

  @Test
  void watch_whenTheServerRefusesAPair_offersItAgain() {
    AtomicInteger refusals = new AtomicInteger(2);
    source.set(() -> second);
    try (RenewalWatch<KeyMaterial> watch =
        RenewalWatch.start(
            () -> source.get().read(),
            first,
            PERIOD,
            clock,
            pair -> {
              if (refusals.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
              }
              taken.add(pair);
            })) {
      await().untilAsserted(() -> assertThat(watch.current()).isEqualTo(second));
      assertThat(taken).containsExactly(second);
    }
  }

  @Test
  void problem_whenThePairExpired_saysSoAndWhyThereIsNoNewOne() {
    try (RenewalWatch<KeyMaterial> watch = watch()) {
      source.set(() -> {
        throw new KeyMaterialException("cannot read server.pem: no such file");
      });
      awaitReads(2);
      clock.move(Duration.ofDays(91));
      assertThat(watch.problem())
          .contains(
              "the certificate expired at 2027-02-19T10:00:00Z;"
                  + " cannot read server.pem: no such file");
    }
  }

  @Test
  void close_endsTheReads() {
    RenewalWatch<KeyMaterial> watch = watch();
    awaitReads(1);
    watch.close();
    await().during(PERIOD.multipliedBy(3)).until(() -> reads.getAndSet(0) <= 1);
  }

  private RenewalWatch<KeyMaterial> watch() {
    return RenewalWatch.start(
        () -> {
          reads.incrementAndGet();
          return source.get().read();
        },
        first,
        PERIOD,
        clock,
        taken::add);
  }

  private void awaitReads(int more) {
    int target = reads.get() + more;
    await().until(() -> reads.get() >= target);
  }
}
