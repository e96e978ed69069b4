package io.vgpusteward.webhook.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Remark;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final Review REVIEW =
      Review.ofCreate(
          "uid",
          ReviewedKind.VIRTUAL_MACHINE,
          "tenant-a",
          JsonMapper.builder().build().createObjectNode(),
          Requester.UNKNOWN);
  private static final Finding PROFILE = new Finding(Rule.UNKNOWN_PROFILE, "no such profile");
  private static final Finding DEVICE = new Finding(Rule.DEVICE_NOT_PERMITTED, "not permitted");

  @Test
  void oneFindingToDeny_denies_withAllThatAre() {
    Decision decision = Policy.defaults().decide(REVIEW, List.of(PROFILE, DEVICE));

    assertThat(decision)
        .isEqualTo(
            new Decision.Denied(
                422,
                "Invalid",
                List.of(
                    Remark.ofRule("unknown-profile", "no such profile"),
                    Remark.ofRule("device-not-permitted", "not permitted"))));
    assertThat(((Decision.Denied) decision).message())
        .isEqualTo("no such profile [unknown-profile]; not permitted [device-not-permitted]");
  }

  @Test
  void warningsPass_andTheAuditLogKnows() {
    Policy policy = new Policy(Map.of(Rule.UNKNOWN_PROFILE, Mode.WARN));

    Decision decision = policy.decide(REVIEW, List.of(PROFILE));

    assertThat(decision)
        .isEqualTo(
            new Decision.Admitted(
                REVIEW.object(),
                false,
                Map.of("warned-unknown-profile", "true"),
                List.of(Remark.ofRule("unknown-profile", "no such profile"))));
    assertThat(((Decision.Admitted) decision).warnings())
        .containsExactly("no such profile [unknown-profile]");
  }

  @Test
  void ruleThatIsOff_isNotLookedAt_andSaysNothing() {
    Policy policy = new Policy(Map.of(Rule.UNKNOWN_PROFILE, Mode.OFF));

    assertThat(policy.looksAt(Rule.UNKNOWN_PROFILE)).isFalse();
    assertThat(policy.looksAt(Rule.DEVICE_NOT_PERMITTED)).isTrue();
    assertThat(policy.decide(REVIEW, List.of(PROFILE)))
        .isEqualTo(Decision.Admitted.unchanged(REVIEW, List.of()));
  }

  @Test
  void rules_areFoundByTheirNames_andAllowTheirOwnMode() {
    assertThat(Rule.values())
        .allSatisfy(rule -> assertThat(Rule.of(rule.id())).contains(rule))
        .allSatisfy(rule -> assertThat(rule.allows(rule.byDefault())).isTrue());
    assertThat(Arrays.stream(Rule.values()).map(Rule::id)).doesNotHaveDuplicates();
    assertThat(Rule.of("UNKNOWN_PROFILE")).isEmpty();
  }
}
