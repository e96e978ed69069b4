package io.vgpusteward.webhook.check;

import static io.vgpusteward.webhook.injection.Fixture.annotate;
import static io.vgpusteward.webhook.injection.Fixture.guest;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.Fixture.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.check.CheckCases.Case;
import io.vgpusteward.webhook.injection.Fixture;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each rule finds in a new guest, in each mode, and what it does not find. */
final class GuestChecksTest {
  static Stream<Case> cases() {
    return CheckCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void denyMode_refuses(Case one) {
    Decision decision = decide(one, Mode.DENY);
    if (one.message().isEmpty()) {
      assertThat(Fixture.admitted(decision).warnings()).isEmpty();
    } else {
      assertThat(decision).isInstanceOf(Decision.Denied.class);
      Decision.Denied denied = (Decision.Denied) decision;
      assertThat(denied.message()).contains(one.message()).endsWith("[" + one.rule() + "]");
      assertThat(denied.code()).isEqualTo(422);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void warnMode_warns(Case one) {
    List<String> warnings = Fixture.admitted(decide(one, Mode.WARN)).warnings();
    if (one.message().isEmpty()) {
      assertThat(warnings).isEmpty();
    } else {
      assertThat(warnings).hasSize(1);
      assertThat(warnings.getFirst()).contains(one.message()).endsWith("[" + one.rule() + "]");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void offMode_saysNothing(Case one) {
    Decision.Admitted admitted = Fixture.admitted(decide(one, Mode.OFF));
    assertThat(admitted.warnings()).isEmpty();
    assertThat(admitted.changed()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ofAnUpdateThatChangesNothing_isNotRefused(Case one) {
    Fixture cluster = one.stock().in(one.cluster().apply(new Fixture()));
    ObjectNode stored = mutated(one, cluster);
    ObjectNode labelled = stored.deepCopy();
    ((ObjectNode) labelled.path("metadata")).set("labels", yaml("{team: graphics}"));
    ((ObjectNode) spec(labelled, "")).put("terminationGracePeriodSeconds", 7);

    Decision decision =
        checks(one, cluster, Mode.DENY)
            .decide(cluster.reviewOf(labelled, Optional.of(stored)), cluster.view());

    assertThat(Fixture.admitted(decision).warnings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ofAnUpdateThatFindsItThere_isNotRefused(Case one) {
    Fixture cluster = one.stock().in(one.cluster().apply(new Fixture()));
    ObjectNode stored = mutated(one, cluster);
    ObjectNode asked = annotate(stored.deepCopy(), "vgpu-steward.io/note", "asked anew");

    Decision decision =
        checks(one, cluster, Mode.DENY)
            .decide(cluster.reviewOf(asked, Optional.of(stored)), cluster.view());

    assertThat(Fixture.admitted(decision).warnings()).isEmpty();
  }

  private static Decision decide(Case one, Mode mode) {
    Fixture cluster = one.stock().in(one.cluster().apply(new Fixture()));
    ObjectNode stored = mutated(one, cluster);
    return checks(one, cluster, mode)
        .decide(cluster.reviewOf(stored, Optional.empty()), cluster.view());
  }

  private static ObjectNode mutated(Case one, Fixture cluster) {
    return cluster.create(one.guest().apply(guest("plain.yaml")));
  }

  private static GuestChecks checks(Case one, Fixture cluster, Mode mode) {
    return cluster.checks(alone(one.rule(), mode));
  }

  /** The rule in the mode, and all others off. */
  static Policy alone(Rule rule, Mode mode) {
    return new Policy(
        Arrays.stream(Rule.values())
            .filter(other -> other == rule || other.allows(Mode.OFF))
            .collect(Collectors.toMap(other -> other, other -> other == rule ? mode : Mode.OFF)));
  }
}
