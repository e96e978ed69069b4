package io.vgpusteward.webhook.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.DeviceUsers;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Guests;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeVirtGuardTest {
  private static final String L40S = "nvidia.com/L40S-24Q";
  private static final String PERSON = "alice";
  private static final String FLUX = "system:serviceaccount:flux-system:helm-controller";
  private static final TrustedIdentities TRUSTED =
      TrustedIdentities.parse(List.of(FLUX, "group:gpu-admins"));

  @Test
  void lostInUse_isDenied_withUsersLineAndAnnotation() {
    Decision.Denied denied = denied(Cr.full(), Cr.without(L40S), used(L40S, 12));

    assertThat(denied.code()).isEqualTo(403);
    assertThat(denied.reason()).isEqualTo("Forbidden");
    assertThat(denied.message())
        .isEqualTo(
            "spec.configuration.permittedHostDevices.pciHostDevices[0]: nvidia.com/L40S-24Q is lost"
                + " from the list: the next start or migration of what uses it fails; used by 12:"
                + " VirtualMachine a/vm1, VirtualMachine a/vm10, VirtualMachine a/vm11,"
                + " VirtualMachine a/vm12, VirtualMachine a/vm2, VirtualMachine a/vm3,"
                + " VirtualMachine a/vm4, VirtualMachine a/vm5, VirtualMachine a/vm6,"
                + " VirtualMachine a/vm7 and 2 more; to fix: have"
                + " - {\"pciVendorSelector\":\"10DE:26B9\",\"resourceName\":\"nvidia.com/L40S-24Q\"}"
                + " in pciHostDevices, or annotate the KubeVirt with"
                + " vgpu-steward.io/allow-removal: \"nvidia.com/L40S-24Q\""
                + " [permitted-lost-in-use]");
  }

  @Test
  void severalLost_areAllNamed_andOneAnnotationLetsThemGo() {
    ObjectNode after = Cr.without(L40S, "A10-12Q", "stick", "selectors");

    String message = denied(Cr.full(), after, used(L40S, 1)).message();

    assertThat(message)
        .contains(
            "pciHostDevices[0]",
            "mediatedDevices[0]",
            "usb[0]",
            "- {\"mdevNameSelector\":\"NVIDIA A10-12Q\",\"resourceName\":\"nvidia.com/A10-12Q\"} in"
                + " mediatedDevices",
            "- {\"resourceName\":\"kubevirt.io/stick\",\"selectors\":[{\"vendor\":\"046d\","
                + "\"product\":\"c52b\"}]} in usb",
            "for all of it: vgpu-steward.io/allow-removal:"
                + " \"kubevirt.io/stick,nvidia.com/A10-12Q,nvidia.com/L40S-24Q\"");
    Decision.Admitted admitted =
        admitted(
            Cr.full(),
            Cr.annotated(
                after,
                Keys.ALLOW_REMOVAL,
                "kubevirt.io/stick,nvidia.com/A10-12Q,nvidia.com/L40S-24Q"),
            used(L40S, 1),
            PERSON);
    assertThat(admitted.audit())
        .containsEntry(
            "acknowledged-removal", "kubevirt.io/stick,nvidia.com/A10-12Q,nvidia.com/L40S-24Q");
    assertThat(admitted.warnings()).hasSize(3).allMatch(text -> text.startsWith("acknowledged: "));
    assertThat(admitted.changed()).isFalse();
  }

  @Test
  void moreThanFive_areCounted() {
    StringBuilder many = new StringBuilder();
    IntStream.range(0, 7)
        .forEach(i ->
            many.append(
                "      - {pciVendorSelector: \"10DE:000%d\", resourceName: a.b/r%d}\n"
                    .formatted(i, i)));
    ObjectNode before =
        Cr.of(Cr.FULL.replace("      pciHostDevices:\n", "      pciHostDevices:\n" + many));

    assertThat(denied(before, Cr.full(), used(L40S, 1)).message()).contains("a.b/r4", "and 2 more");
  }

  @ParameterizedTest
  @CsvSource({
    "nvidia.com/L40S-24Q, true",
    "'nvidia.com/A10-12Q, nvidia.com/L40S-24Q', true",
    "'  nvidia.com/A10-12Q   nvidia.com/L40S-24Q ', true",
    "nvidia.com/L40S-24q, false",
    "nvidia.com/L40S-24, false",
    "nvidia.com/*, false",
    "*, false",
    "'true', false",
    "'', false",
  })
  void acknowledgement_namesExactlyTheResource(String value, boolean passes) {
    for (boolean old : List.of(true, false)) {
      Decision decision =
          decide(
              old ? Cr.annotated(Cr.full(), Keys.ALLOW_REMOVAL, value) : Cr.full(),
              old ? Cr.without(L40S) : Cr.annotated(Cr.without(L40S), Keys.ALLOW_REMOVAL, value),
              used(L40S, 1),
              new Requester(PERSON, List.of()),
              Policy.defaults());
      assertThat(decision).isInstanceOf(passes ? Decision.Admitted.class : Decision.Denied.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "alice, '', false",
    "alice, gpu-admins, true",
    "gpu-admins, '', false",
    "system:serviceaccount:flux-system:helm-controller, '', true",
    "system:serviceaccount:flux-system:helm-controller2, '', false",
    "alice, system:serviceaccount:flux-system:helm-controller, false",
  })
  void trusted_areWarnedOfWhatIsUnused_andDeniedWhatIsUsed(
      String user, String group, boolean trusted) {
    Requester requester = new Requester(user, group.isEmpty() ? List.of() : List.of(group));

    Decision unused =
        decide(Cr.full(), Cr.without("A10-12Q"), used(L40S, 1), requester, Policy.defaults());
    Decision used =
        decide(Cr.full(), Cr.without(L40S), used(L40S, 1), requester, Policy.defaults());

    assertThat(used).isInstanceOf(Decision.Denied.class);
    if (trusted) {
      assertThat(unused)
          .asInstanceOf(type(Decision.Admitted.class))
          .satisfies(admitted -> {
            assertThat(admitted.warnings()).singleElement().asString().contains("A10-12Q");
            assertThat(admitted.audit()).containsKey("warned-permitted-lost-unused");
          });
    } else {
      assertThat(unused).isInstanceOf(Decision.Denied.class);
    }
  }

  @Test
  void viewThatIsNotReady_deniesRemovals_andLetsTheRestPass() {
    ClusterView unready = ClusterView.empty(Instant.EPOCH, List.of("Pods", "VirtualMachines"));

    Decision.Denied denied = denied(Cr.full(), Cr.without(L40S), unready);
    assertThat(denied.code()).isEqualTo(503);
    assertThat(denied.reason()).isEqualTo("ServiceUnavailable");
    assertThat(denied.message())
        .contains("cannot be told yet (waiting for Pods, VirtualMachines): try again");
    assertThat(
            decide(
                Cr.full(),
                Cr.without("A10-12Q"),
                unready,
                new Requester(FLUX, List.of()),
                Policy.defaults()))
        .isInstanceOf(Decision.Denied.class);

    assertThat(admitted(Cr.without(L40S), Cr.full(), unready, PERSON).warnings()).isEmpty();
    assertThat(
            admitted(Cr.full(), Cr.annotated(Cr.full(), "other", "x"), unready, PERSON).warnings())
        .isEmpty();
  }

  @Test
  void create_deniesWhatCannotWork_andWarnsOfWhatIsMissing() {
    Decision created =
        guard(Policy.defaults())
            .decide(
                Review.ofCreate(
                    "u",
                    ReviewedKind.KUBEVIRT,
                    "kubevirt",
                    Cr.without(L40S),
                    new Requester(PERSON, List.of())),
                used(L40S, 2));

    assertThat(created)
        .asInstanceOf(type(Decision.Admitted.class))
        .satisfies(admitted ->
            assertThat(admitted.warnings())
                .singleElement()
                .asString()
                .contains(L40S, "is in use and not in"));
    assertThat(
            guard(Policy.defaults())
                .decide(
                    Review.ofCreate(
                        "u",
                        ReviewedKind.KUBEVIRT,
                        "kubevirt",
                        Cr.of(Cr.FULL.replace("10DE:26B9", "10DE-26B9")),
                        new Requester(PERSON, List.of())),
                    used(L40S, 0)))
        .isInstanceOf(Decision.Denied.class);
  }

  @Test
  void gateDropped_whileAMachineHasHostDevices_isDenied() {
    ObjectNode machine =
        Cr.of(
            """
            metadata: {namespace: a, name: vm1}
            spec: {template: {spec: {domain: {devices: {hostDevices: [{name: g, deviceName: x/y}]}}}}}
            """);
    Guest guest = ObjectReader.virtualMachine(machine, problem -> {});
    ClusterView view =
        ClusterView.builder(Instant.EPOCH).guests(new Guests(Map.of(guest.key(), guest))).build();

    assertThat(denied(Cr.full(), Cr.without("featureGates"), view).message())
        .startsWith("spec.configuration.developerConfiguration.featureGates: without the gate")
        .contains(
            "used by 1: VirtualMachine a/vm1",
            "put HostDevices back",
            "vgpu-steward.io/allow-removal: \"HostDevices\"",
            "[permitted-gate-dropped]");
  }

  @Test
  void passedThroughCards_comeFromTheInventory() {
    ClusterView view =
        ClusterView.builder(Instant.EPOCH)
            .inventories(
                Map.of(
                    "n",
                    NodeInventory.of(
                        "n", Gpu.passedThrough("0000:41:00.0", new PciId("10DE:26B9")))))
            .build();

    assertThat(denied(Cr.without(L40S), Cr.full(), view).message())
        .contains("a node has a GPU with the id 10DE:26B9 bound to vfio-pci");
    assertThat(admitted(Cr.without(L40S), Cr.full(), used(L40S, 0), PERSON).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PERMITTED_LOST_UNUSED, DENY, Denied",
    "PERMITTED_LOST_UNUSED, WARN, Admitted",
    "PERMITTED_LOST_UNUSED, OFF, Admitted",
  })
  void policy_setsTheMode(Rule rule, Mode mode, String outcome) {
    Decision decision =
        decide(
            Cr.full(),
            Cr.without(L40S),
            used(L40S, 0),
            new Requester(PERSON, List.of()),
            new Policy(Map.of(rule, mode)));

    assertThat(decision.getClass().getSimpleName()).isEqualTo(outcome);
    if (decision instanceof Decision.Admitted admitted) {
      assertThat(admitted.warnings()).hasSize(mode == Mode.WARN ? 1 : 0);
    }
  }

  @Test
  void lostInUse_hasOneMode() {
    assertThat(Stream.of(Mode.values()).filter(Rule.PERMITTED_LOST_IN_USE::allows))
        .containsExactly(Mode.DENY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | alice | ''
          {labels: {helm.toolkit.fluxcd.io/name: kubevirt, helm.toolkit.fluxcd.io/namespace: gpu}} | alice | Flux's HelmRelease gpu/kubevirt writes this object
          {labels: {kustomize.toolkit.fluxcd.io/name: infra, kustomize.toolkit.fluxcd.io/namespace: flux-system}} | alice | Flux's Kustomization flux-system/infra writes
          {annotations: {meta.helm.sh/release-name: kv, meta.helm.sh/release-namespace: gpu}} | alice | the Helm release gpu/kv writes this object: make the change in its values
          {namespace: cozy-kubevirt, labels: {helm.toolkit.fluxcd.io/name: kubevirt}} | alice | platform value gpu.permittedHostDevices
          {labels: {argocd.argoproj.io/instance: kv}} | alice | Argo CD writes this object
          {annotations: {argocd.argoproj.io/tracking-id: kv}} | alice | Argo CD writes this object
          {ownerReferences: [{kind: HyperConverged, name: kubevirt-hyperconverged}]} | alice | spec.permittedHostDevices and spec.featureGates of the HyperConverged CR
          {managedFields: [{manager: kubectl}, {manager: hyperconverged-cluster-operator}]} | alice | HyperConverged CR
          {} | system:serviceaccount:kubevirt-hyperconverged:hyperconverged-cluster-operator | HyperConverged CR
          """)
  void denial_saysWhereAnOwnerTakesTheListFrom(String metadata, String user, String advice) {
    ObjectNode extra = Cr.of("metadata: " + metadata);
    ObjectNode before = Cr.full();
    before.withObject("/metadata").setAll((ObjectNode) extra.get("metadata"));

    Decision decision =
        decide(
            before,
            Cr.without(L40S),
            used(L40S, 1),
            new Requester(user, List.of()),
            Policy.defaults());

    assertThat(decision)
        .asInstanceOf(type(Decision.Denied.class))
        .satisfies(denied -> {
          if (advice.isEmpty()) {
            assertThat(denied.message()).doesNotContain("writes this object");
          } else {
            assertThat(denied.message()).contains(advice);
          }
        });
  }

  @Test
  void trustedIdentities_mustNameSomebody() {
    assertThat(TrustedIdentities.parse(List.of("a", "group:b", "group: c")))
        .isEqualTo(new TrustedIdentities(Set.of("a"), Set.of("b", "c")));
    for (String nobody : List.of("", " ", "group:")) {
      org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
          .isThrownBy(() -> TrustedIdentities.parse(List.of(nobody)))
          .withMessageContaining("group:<group>");
    }
  }

  private static Decision.Denied denied(ObjectNode before, ObjectNode after, ClusterView view) {
    return (Decision.Denied)
        decide(before, after, view, new Requester(PERSON, List.of()), Policy.defaults());
  }

  private static Decision.Admitted admitted(
      ObjectNode before, ObjectNode after, ClusterView view, String user) {
    return (Decision.Admitted)
        decide(before, after, view, new Requester(user, List.of()), Policy.defaults());
  }

  private static Decision decide(
      ObjectNode before, ObjectNode after, ClusterView view, Requester requester, Policy policy) {
    return guard(policy).decide(update(before, after, requester), view);
  }

  private static Review update(ObjectNode before, ObjectNode after, Requester requester) {
    return Review.ofUpdate("u", ReviewedKind.KUBEVIRT, "kubevirt", after, before, requester);
  }

  private static KubeVirtGuard guard(Policy policy) {
    return new KubeVirtGuard(policy, TRUSTED);
  }

  private static ClusterView used(String resource, int users) {
    return ClusterView.builder(Instant.EPOCH)
        .deviceUsers(
            DeviceUsers.of(
                IntStream.rangeClosed(1, users)
                    .mapToObj(i ->
                        new DeviceUser(
                            DeviceUser.Kind.VirtualMachine,
                            "a",
                            "vm" + i,
                            new TreeMap<>(Map.of(new ResourceName(resource), 1))))
                    .toList()))
        .build();
  }
}
