package io.vgpusteward.agent.advertised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.agent.advertised.Cause.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** It is 1000, as in {@link SceneText}, and virt-handler started at 100. */
final class RestartTest {
  private static final Advertised ADVERTISED = new Advertised(Duration.ofSeconds(30));
  private static final Duration PAUSE = Duration.ofMinutes(10);

  /** What the annotation says is {@code <second> same|other}. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "all is well                | 4:1155      | 4   |            |           | Needless",
        "nothing that it cures      | 4:1155@50   |     |            |           | Needless",
        "too old                    | 4:1155@200! |     | v1.8.0     |           | Needless",
        "no virt-handler            | 4:1155@200! |     | no-handler |           | Needless",
        "stale, no virt-handler     | 4:1155 5:0@200! | 4,5 | no-handler |        | Needless",
        "starting                   | 4:1155@200! |     | handler@990 |          | Needless",
        "too early                  | 4:1155@200! |     |            |           | Now",
        "stale                      | 4:1155 5:0@200! | 4,5 |        |           | Now",
        "another is about to change | 4:1155@200! 5:0c |  |          |           | Later",
        "tried                      | 4:1155@200! |     |            | 300 same  | Tried",
        "tried, found as it is      | 4:1155@990  |     |            | 300 same  | Tried",
        "tried, and it came again   | 4:1155@350! |     |            | 300 same  | Now",
        "again, too soon            | 4:1155@950! |     |            | 500 same  | Later",
        "tried for another          | 4:1155@200! |     |            | 300 other | Now",
        "for another, too soon      | 4:1155@200! |     |            | 401 other | Later",
        "for another, long enough   | 4:1155@200! |     |            | 400 other | Now",
        "only a number, tried       | 4:1155 5:0@350! | #2 |         | 300 same  | Tried",
      })
  void decide(
      String name, String functions, String offered, String facts, String last, String expected) {
    Scene scene = SceneText.with(functions).offered(offered).and(facts).scene();
    Diagnosis diagnosis = ADVERTISED.of(scene);
    Optional<Restarted> before =
        Optional.ofNullable(last).map(text -> restarted(text, diagnosis, scene));

    RestartDecision decision = new Restart(Duration.ZERO, PAUSE).decide(diagnosis, scene, before);

    assertThat(decision.getClass().getSimpleName()).isEqualTo(expected);
  }

  private static Restarted restarted(String text, Diagnosis diagnosis, Scene scene) {
    String[] words = text.split(" ", -1);
    String cause =
        words[1].equals("same")
            ? now(new Restart(Duration.ZERO, PAUSE).decide(diagnosis, scene, Optional.empty()))
                .record()
                .cause()
            : "0123456789abcdef";
    return new Restarted(
        Instant.ofEpochSecond(Long.parseLong(words[0])), Kind.ScannedTooEarly, cause);
  }

  @Test
  void decide_waitsUntilTheCauseHasLasted() {
    Restart restart = new Restart(Duration.ofSeconds(30), PAUSE);
    Scene early = SceneText.with("4:1155@200!").offered("").scene();
    Scene well = SceneText.with("4:1155@200!").offered("4").scene();

    assertThat(decide(restart, at(early, 1000)))
        .isEqualTo(
            new RestartDecision.Later("it may be over in a moment", Instant.ofEpochSecond(1030)));
    assertThat(decide(restart, at(early, 1029))).isInstanceOf(RestartDecision.Later.class);
    assertThat(decide(restart, at(well, 1030))).isInstanceOf(RestartDecision.Needless.class);
    assertThat(decide(restart, at(early, 1040))).isInstanceOf(RestartDecision.Later.class);
    assertThat(decide(restart, at(early, 1070))).isInstanceOf(RestartDecision.Now.class);
  }

  @Test
  void decide_ofTheSameCause_isTheSameAfterTheAgentStartsAgain() {
    Scene before = SceneText.with("4:1155@200!").offered("").scene();
    Scene after = SceneText.with("4:1155@999").offered("").and("handler@300").scene();
    Restart restart = new Restart(Duration.ZERO, PAUSE);
    Restarted first = now(decide(restart, before)).record();

    Restarted kept = Restarted.parse(first.text()).orElseThrow();

    assertThat(kept).isEqualTo(first);
    assertThat(
            new Restart(Duration.ZERO, PAUSE)
                .decide(ADVERTISED.of(after), after, Optional.of(kept)))
        .isEqualTo(
            new RestartDecision.Tried(
                "virt-handler was restarted for this at 1970-01-01T00:16:40Z, and it did not"
                    + " help"));
  }

  @Test
  void carryOut_keepsTheRecordFirst() {
    Port port = new Port(true, false);
    now(decide(
            new Restart(Duration.ZERO, PAUSE), SceneText.with("4:1155@200!").offered("").scene()))
        .carryOut(port);
    assertThat(port.done)
        .containsExactly(
            "remember ScannedTooEarly",
            "delete pod kv/vh-x",
            "say restarted pod kv/vh-x: virt-handler started at 1970-01-01T00:01:40Z and looked"
                + " once, before 0000:41:00.4 carried anything or before that was permitted, so"
                + " nobody gets it as nvidia.com/L40S-24Q");
  }

  @Test
  void carryOut_ofAPodThatIsGone_saysNothing() {
    Port port = new Port(false, false);
    now(decide(
            new Restart(Duration.ZERO, PAUSE), SceneText.with("4:1155@200!").offered("").scene()))
        .carryOut(port);
    assertThat(port.done).containsExactly("remember ScannedTooEarly", "delete pod kv/vh-x");
  }

  @Test
  void carryOut_withoutARecord_deletesNothing() {
    Port port = new Port(true, true);
    RestartDecision.Now now =
        now(
            decide(
                new Restart(Duration.ZERO, PAUSE),
                SceneText.with("4:1155@200!").offered("").scene()));
    assertThatThrownBy(() -> now.carryOut(port)).isInstanceOf(IllegalStateException.class);
    assertThat(port.done).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yes",
        "2026-11-21T11:00:00Z ScannedTooEarly",
        "yesterday ScannedTooEarly 00",
        "2026-11-21T11:00:00Z Whim 00",
        "2026-11-21T11:00:00Z ScannedTooEarly 00 00"
      })
  void parse_ofWhatIsNotOurs_isEmpty(String annotation) {
    assertThat(Restarted.parse(annotation)).isEmpty();
  }

  private static RestartDecision decide(Restart restart, Scene scene) {
    return restart.decide(ADVERTISED.of(scene), scene, Optional.empty());
  }

  private static RestartDecision.Now now(RestartDecision decision) {
    assertThat(decision).isInstanceOf(RestartDecision.Now.class);
    return (RestartDecision.Now) decision;
  }

  private static Scene at(Scene scene, long second) {
    return new Scene(
        scene.host(),
        scene.carried(),
        scene.groups(),
        scene.changing(),
        scene.typed(),
        scene.permittedSince(),
        scene.kubeVirt(),
        scene.allocatable(),
        scene.devices(),
        scene.virtHandler(),
        Instant.ofEpochSecond(second));
  }

  private static final class Port implements RestartPort {
    private final boolean isThere;
    private final boolean isDeaf;
    private final List<String> done = new ArrayList<>();

    Port(boolean isThere, boolean isDeaf) {
      this.isThere = isThere;
      this.isDeaf = isDeaf;
    }

    @Override
    public void remember(Restarted record) {
      if (isDeaf) {
        throw new IllegalStateException("the API server does not answer");
      }
      done.add("remember " + record.kind());
    }

    @Override
    public boolean delete(VirtHandler pod) {
      done.add("delete " + pod);
      return isThere;
    }

    @Override
    public void say(String words) {
      done.add("say " + words);
    }
  }
}
