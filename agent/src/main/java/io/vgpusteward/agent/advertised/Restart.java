package io.vgpusteward.agent.advertised;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides whether virt-handler is to be restarted, so that it looks anew. At most once for each
 * cause, and never while a function is about to change. Not for several threads.
 */
public final class Restart {
  /** How long a cause lasts before it is believed: a kubelet that restarts lacks devices too. */
  public static final Duration STEADY = Duration.ofSeconds(30);

  /** The least time between two restarts, whatever they are for. */
  public static final Duration PAUSE = Duration.ofMinutes(10);

  private static final int FINGERPRINT = 8;

  private final Duration steady;
  private final Duration pause;
  private String seen = "";
  private Instant since = Instant.MIN;

  /** A decision maker, with {@link #STEADY} and {@link #PAUSE} or others. */
  public Restart(Duration steady, Duration pause) {
    this.steady = steady;
    this.pause = pause;
  }

  /**
   * What to do about a diagnosis. To be told of every diagnosis: it measures how long a cause
   * lasts.
   *
   * @param scene what the diagnosis is of
   * @param last what the Node's annotation says
   */
  public RestartDecision decide(Diagnosis diagnosis, Scene scene, Optional<Restarted> last) {
    List<Cause> causes =
        diagnosis.causes().stream().filter(cause -> cause.kind().isCuredByRestart()).toList();
    Instant now = scene.now();
    String cause = causes.isEmpty() ? "" : fingerprint(causes);
    if (!cause.equals(seen)) {
      seen = cause;
      since = now;
    }
    if (causes.isEmpty() || scene.virtHandler().isEmpty()) {
      return new RestartDecision.Needless();
    }
    if (!scene.changing().isEmpty()) {
      return new RestartDecision.Later("virtual functions are about to change", now.plus(steady));
    }
    if (now.isBefore(since.plus(steady))) {
      return new RestartDecision.Later("it may be over in a moment", since.plus(steady));
    }
    Optional<Restarted> same = last.filter(before -> before.cause().equals(cause));
    if (same.isPresent() && !isNew(causes, scene, same.get().at())) {
      return new RestartDecision.Tried(
          "virt-handler was restarted for this at " + same.get().at() + ", and it did not help");
    }
    if (last.isPresent() && now.isBefore(last.get().at().plus(pause))) {
      return new RestartDecision.Later(
          "virt-handler was restarted at " + last.get().at(), last.get().at().plus(pause));
    }
    VirtHandler pod = scene.virtHandler().get();
    Restarted record =
        new Restarted(now.truncatedTo(ChronoUnit.SECONDS), causes.getFirst().kind(), cause);
    return new RestartDecision.Now(
        pod, record, "restarted " + pod + ": " + Words.join(causes, Cause::what));
  }

  /** Whether all that the causes are about was seen to become so after the moment. */
  private static boolean isNew(List<Cause> causes, Scene scene, Instant moment) {
    return causes.stream()
        .allMatch(cause ->
            !cause.functions().isEmpty()
                && cause.functions().keySet().stream()
                    .map(scene.typed()::get)
                    .allMatch(
                        type -> type != null && type.watched() && type.since().isAfter(moment)));
  }

  /** What a cause is about, without when: the same after this program has started again. */
  private static String fingerprint(List<Cause> causes) {
    String text =
        causes.stream()
            .map(cause -> cause.kind() + " " + cause.resource() + " " + cause.functions())
            .sorted()
            .collect(Collectors.joining("\n"));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
