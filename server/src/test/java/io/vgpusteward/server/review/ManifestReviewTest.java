package io.vgpusteward.server.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.server.review.ReviewFinding.Verdict;
import io.vgpusteward.webhook.policy.Finding;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.review.Endpoint.Phase;
import io.vgpusteward.webhook.review.Remark;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import io.vgpusteward.webhook.review.Reviewer;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Help.Ansi;

/** What is asked about manifests, and what is said of the answers. */
final class ManifestReviewTest {
  private static final ClusterView VIEW = ClusterView.empty(Instant.EPOCH, List.of());
  private static final Finding UNKNOWN = new Finding(Rule.UNKNOWN_PROFILE, "no such profile");

  private final List<Review> asked = new ArrayList<>();
  private ManifestReview.Stored stored = (object, names) -> Optional.empty();

  @ParameterizedTest
  @EnumSource(ReviewedKind.class)
  void eachKindThatHasAnEndpoint_isReviewed_asAnUpdateWhereItIsStored(ReviewedKind kind) {
    String group =
        kind == ReviewedKind.VM_INSTANCE ? "apps.cozystack.io/v1alpha1" : "kubevirt.io/v1";
    Manifest manifest =
        manifest("{apiVersion: " + group + ", kind: " + kind.kind() + ", metadata: {name: a}}");
    Endpoint endpoint = endpoint(kind, this::admit);

    assertThat(review(manifest, endpoint).findings()).isEmpty();
    stored = (object, names) -> Optional.of(object.deepCopy().put("was", true));
    assertThat(review(manifest, endpoint).concerned()).isTrue();

    assertThat(asked).extracting(Review::kind).containsOnly(kind);
    assertThat(asked).extracting(Review::namespace).containsOnly("team");
    assertThat(asked).extracting(Review::requester).containsOnly(new Requester("flux", List.of()));
    assertThat(asked)
        .extracting(Review::operation)
        .containsExactly(Review.Operation.CREATE, Review.Operation.UPDATE);
    assertThat(asked.getLast().oldObject().orElseThrow().has("was")).isTrue();
  }

  @Test
  void kindThatNobodyReviews_isLeftAlone() {
    Reviewed reviewed = review(manifest("{apiVersion: v1, kind: Pod}"));

    assertThat(reviewed.concerned()).isFalse();
    assertThat(reviewed.isChanged()).isFalse();
  }

  @Test
  void nameThatIsMadeUp_isNeverStored() {
    stored =
        (object, names) -> {
          throw new ClusterException("not to be asked");
        };
    review(vm("{generateName: a-}"), endpoint(ReviewedKind.VIRTUAL_MACHINE, this::admit));

    assertThat(asked).extracting(Review::operation).containsExactly(Review.Operation.CREATE);
  }

  @Test
  void findings_haveTheirRules_andWarningsStayBesideADenial() {
    Policy warns = new Policy(Map.of(Rule.UNKNOWN_PROFILE, Mode.WARN));
    Reviewed reviewed =
        review(
            vm("{name: a}"),
            endpoint(
                ReviewedKind.VIRTUAL_MACHINE,
                (review, view) -> warns.decide(review, List.of(UNKNOWN))),
            endpoint(
                ReviewedKind.VIRTUAL_MACHINE,
                (review, view) -> Policy.defaults().decide(review, List.of(UNKNOWN, UNKNOWN))),
            endpoint(ReviewedKind.VIRTUAL_MACHINE, this::admit));

    assertThat(reviewed.findings())
        .extracting(ReviewFinding::verdict)
        .containsExactly(Verdict.WARN, Verdict.DENY, Verdict.DENY);
    assertThat(reviewed.findings())
        .extracting(finding -> finding.remark().rule().orElseThrow())
        .containsOnly("unknown-profile");
    assertThat(reviewed.stored()).isEmpty();
    assertThat(asked).as("nobody is asked about what was denied").isEmpty();
    String json = JsonReport.of(new Report(List.of(reviewed), List.of()), 1);
    assertThat(json)
        .contains("\"rule\" : \"unknown-profile\"", "\"message\" : \"no such profile\"");
  }

  @Test
  void whatTheClusterDoesNotSay_isNotReviewed() {
    stored =
        (object, names) -> {
          throw new ClusterException("HTTP 403");
        };
    Endpoint endpoint = endpoint(ReviewedKind.VIRTUAL_MACHINE, this::admit);
    Reviewed refused = review(vm("{name: a}"), endpoint);
    stored = (object, names) -> Optional.empty();
    Reviewed notReady =
        review(
            vm("{name: a}"),
            endpoint(
                ReviewedKind.VIRTUAL_MACHINE,
                (review, view) -> new Decision.NotReady(List.of("nodes"))));

    assertThat(refused.findings())
        .extracting(ReviewFinding::remark)
        .containsExactly(Remark.of("HTTP 403"));
    assertThat(notReady.findings())
        .extracting(ReviewFinding::remark)
        .containsExactly(Remark.of("not seen yet: nodes"));
    Report report = new Report(List.of(refused, notReady), List.of());
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.status(Report.FailOn.denial)).isEqualTo(2);
  }

  @Test
  void lines_areColouredOnATerminal_andObeyNoControlCharacters() {
    StringWriter text = new StringWriter();
    FindingLines lines = new FindingLines(new PrintWriter(text, true), Ansi.ON);
    Manifest manifest = vm("{name: \"a\\e[2J\"}");
    Subject subject = Subject.of(manifest.object(), "team");

    lines.print(ReviewFinding.of(manifest, subject, Verdict.DENY, Remark.ofRule("r", "one\ntwo")));
    lines.print(ReviewFinding.of(manifest, subject, Verdict.WARN, Remark.of("@|red x|@")));

    assertThat(text.toString().lines())
        .containsExactly(
            "f.yaml:1: VirtualMachine team/a [2J: \u001b[1m\u001b[31mdenied\u001b[39m\u001b[21m"
                + "\u001b[0m: one two [r]",
            "f.yaml:1: VirtualMachine team/a [2J: \u001b[33mwarning\u001b[39m\u001b[0m: @|red x|@");
  }

  private Decision admit(Review review, ClusterView view) {
    asked.add(review);
    return Decision.Admitted.unchanged(review, List.of());
  }

  private static Endpoint endpoint(ReviewedKind kind, Reviewer reviewer) {
    return new Endpoint(Phase.VALIDATE, kind, reviewer);
  }

  private Reviewed review(Manifest manifest, Endpoint... endpoints) {
    return new ManifestReview(
            List.of(endpoints), VIEW, this::find, "team", new Requester("flux", List.of()))
        .review(manifest);
  }

  private Optional<ObjectNode> find(ObjectNode object, Subject names) {
    return stored.find(object, names);
  }

  private static Manifest vm(String metadata) {
    return manifest(
        "{apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: " + metadata + "}");
  }

  private static Manifest manifest(String yaml) {
    return Manifests.read("f.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .getFirst();
  }
}
