package io.vgpusteward.server.agent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.AgentLoop;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.server.config.AgentConfiguration;
import io.vgpusteward.server.config.ClusterConfiguration;
import io.vgpusteward.server.config.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent against an API server and a sysfs of files. */
final class LiveAgentTest {
  private static final String NODE = "/api/v1/nodes/n1";
  private static final String VGPU_NODE = "/apis/vgpu-steward.io/v1alpha1/vgpunodes/n1";
  private static final String LEASE =
      "/apis/coordination.k8s.io/v1/namespaces/steward/leases/vgpu-steward-agent-n1";
  private static final String PROFILES = "/api/v1/namespaces/steward/configmaps/vgpu-profiles";
  private static final String KUBEVIRT = "/apis/kubevirt.io/v1/kubevirts/kubevirt";
  private static final String POD = "/api/v1/pods/launcher1";
  private static final String LABEL = "profile.vgpu-steward.io/L40S-24Q";

  @TempDir private Path folder;
  @TempDir private Path sys;
  private final ApiServer api = new ApiServer();
  private Optional<AutoCloseable> running = Optional.empty();
  private AutoCloseable driving = () -> {};

  private void put(String path, String yaml) {
    api.put(
        path,
        Manifests.read("-", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
            .getFirst()
            .object());
  }

  @BeforeEach
  void begin() {
    driving = Sysfs.of(sys, 2).driving();
    put(
        NODE,
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n1, uid: the-uid, labels: {kubernetes.io/os: linux}}
        status: {allocatable: {nvidia.com/L40S-24Q: "0"}}
        """);
    put(
        KUBEVIRT,
        """
        apiVersion: kubevirt.io/v1
        kind: KubeVirt
        metadata: {name: kubevirt, namespace: kubevirt}
        spec:
          configuration:
            permittedHostDevices:
              pciHostDevices:
              - {pciVendorSelector: "10DE:26B9", resourceName: nvidia.com/L40S-24Q}
            developerConfiguration: {featureGates: [HostDevices]}
        status: {observedKubeVirtVersion: v1.9.0}
        """);
    configure("0000:41:00.4=1155\\n0000:41:00.5=L40S-24Q");
  }

  private void configure(String lines) {
    put(
        PROFILES,
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: vgpu-profiles, namespace: steward},"
            + " data: {profiles: \""
            + lines
            + "\"}}");
  }

  @AfterEach
  void end() throws Exception {
    if (running.isPresent()) {
      running.get().close();
    }
    driving.close();
    api.close();
  }

  private AgentConfiguration configuration(AgentConfiguration.Work work) throws IOException {
    return new AgentConfiguration(
        new ClusterConfiguration(
            Optional.empty(), Optional.of(api.kubeconfig(folder)), Optional.empty(), "steward"),
        "n1",
        sys,
        Optional.empty(),
        "vgpu-profiles",
        Duration.ofMillis(300),
        Duration.ofMillis(200),
        work,
        false,
        Duration.ofSeconds(30),
        Optional.empty());
  }

  private AgentParts parts() throws IOException {
    return AgentParts.open(
        configuration(AgentConfiguration.Work.RUN),
        new Surroundings(Map.of(), folder),
        InstantSource.system());
  }

  private void start() throws IOException {
    AgentParts parts = parts();
    AgentLoop loop =
        new AgentLoop(
            parts.agent(), InstantSource.system(), Duration.ofMillis(20), parts.metrics());
    parts.wakes(loop::wake);
    CompletableFuture<Void> run =
        CompletableFuture.runAsync(
            () -> {
              try {
                loop.run();
              } catch (InterruptedException e) {
                throw new CompletionException(e);
              }
            },
            task -> Thread.ofPlatform().start(task));
    running =
        Optional.of(() -> {
          loop.close();
          run.get(10, SECONDS);
          parts.close();
        });
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(20, SECONDS).untilAsserted(assertion);
  }

  private JsonNode object(String path) {
    return api.get(path).orElseThrow(() -> new AssertionError("there is no " + path));
  }

  private JsonNode labels() {
    return object(NODE).path("metadata").path("labels");
  }

  private String state(int vf) {
    return object(VGPU_NODE).at("/status/gpus/0/vfs/" + vf + "/state").asText();
  }

  private void allocatable(int count) {
    api.edit(
        NODE,
        node ->
            ((ObjectNode) node.at("/status/allocatable"))
                .put("nvidia.com/L40S-24Q", String.valueOf(count)));
  }

  private void untilWritten(String type) {
    eventually(() -> {
      assertThat(new Sysfs(sys).type(0)).isEqualTo(type);
      assertThat(new Sysfs(sys).type(1)).isEqualTo(type);
      assertThat(state(0)).isEqualTo("Settled");
      assertThat(state(1)).isEqualTo("Settled");
    });
  }

  @Test
  void rawFunctions_getTheirProfiles_andTheNodeItsLabel_onceTheKubeletOffersThem()
      throws Exception {
    start();
    untilWritten("1155");
    assertThat(object(LEASE).at("/spec/holderIdentity").asText()).isEqualTo("n1");
    assertThat(object(LEASE).at("/metadata/labels").has("vgpu-steward.io/heartbeat")).isTrue();
    assertThat(object(VGPU_NODE).at("/metadata/ownerReferences/0/uid").asText())
        .isEqualTo("the-uid");
    assertThat(labels().has(LABEL)).isFalse();
    String before = inventory();
    allocatable(2);
    eventually(() -> assertThat(labels().path(LABEL).asText()).isEqualTo("true"));
    assertThat(labels().path("kubernetes.io/os").asText()).isEqualTo("linux");
    eventually(() -> assertThat(inventory()).isNotEqualTo(before));
    int settled = api.writes().size();
    await()
        .during(Duration.ofSeconds(1))
        .atMost(5, SECONDS)
        .until(() -> api.writes().size() == settled);
  }

  private String inventory() {
    return object(NODE).at("/metadata/annotations").path("vgpu-steward.io/inventory").asText();
  }

  @Test
  void firstWrites_areTheInventory_theSignOfLife_theNode() throws Exception {
    start();
    eventually(() -> assertThat(api.writes()).hasSizeGreaterThan(4));
    assertThat(api.writes().subList(0, 5))
        .containsExactly(
            "PATCH " + VGPU_NODE + "/status",
            "PATCH " + VGPU_NODE,
            "PATCH " + VGPU_NODE + "/status",
            "PATCH " + LEASE,
            "PATCH " + NODE);
  }

  @Test
  void reboot_losesTypes_andTheyComeBack() throws Exception {
    start();
    untilWritten("1155");
    allocatable(2);
    eventually(() -> assertThat(labels().has(LABEL)).isTrue());
    new Sysfs(sys).reset(0);
    new Sysfs(sys).reset(1);
    untilWritten("1155");
    eventually(() -> assertThat(labels().has(LABEL)).isTrue());
  }

  @Test
  void changeOfProfile_waitsForAPodThatMayHoldAFunction_andHappensWhenItIsGone() throws Exception {
    start();
    untilWritten("1155");
    put(
        POD,
        """
        {apiVersion: v1, kind: Pod, metadata: {name: launcher1, namespace: team,
        labels: {vm.kubevirt.io/name: one}}, spec: {nodeName: n1, containers: [{name: compute,
        resources: {limits: {nvidia.com/L40S-24Q: "1"}}}]}, status: {phase: Running}}
        """);
    configure("0000:41:00.0/*=L40S-12Q");
    eventually(() -> {
      assertThat(state(0)).isEqualTo("Pending");
      assertThat(object(VGPU_NODE).at("/status/gpus/0/vfs/0/message").asText())
          .contains("team/one");
    });
    assertThat(new Sysfs(sys).type(0)).isEqualTo("1155");
    api.delete(POD);
    untilWritten("1153");
  }

  @Test
  void whatOthersRemoveOrAdd_isPutRight() throws Exception {
    start();
    untilWritten("1155");
    api.edit(
        NODE,
        node ->
            ((ObjectNode) node.at("/metadata/labels"))
                .put("profile.vgpu-steward.io/L40S-48Q", "true"));
    eventually(() -> assertThat(labels().has("profile.vgpu-steward.io/L40S-48Q")).isFalse());
  }

  @Test
  void apiServerThatWasAway_isToldAfterwards() throws Exception {
    start();
    untilWritten("1155");
    api.setAway(true);
    new Sysfs(sys).reset(0);
    await()
        .during(Duration.ofSeconds(1))
        .atMost(5, SECONDS)
        .until(() -> new Sysfs(sys).type(0).equals("0"));
    api.setAway(false);
    untilWritten("1155");
  }

  @Test
  void badLine_isAnEventOnTheNode_andGoesWhenItIsRight() throws Exception {
    configure("0000:41:00.4=1155\\nrubbish");
    start();
    eventually(() ->
        assertThat(api.all("/api/v1/namespaces/default/events"))
            .singleElement()
            .satisfies(event -> {
              assertThat(event.path("reason").asText()).isEqualTo("VgpuConfigInvalid");
              assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("n1");
              assertThat(event.path("message").asText()).contains("line 2");
            }));
    eventually(() -> assertThat(new Sysfs(sys).type(0)).isEqualTo("1155"));
    configure("0000:41:00.4=1155\\n0000:41:00.5=1155");
    untilWritten("1155");
    eventually(() -> assertThat(condition("ConfigValid")).isEqualTo("True"));
  }

  private String condition(String type) {
    return object(VGPU_NODE)
        .at("/status/conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asText().equals(type))
        .map(condition -> condition.path("status").asText())
        .findFirst()
        .orElse("");
  }

  @Test
  void secondAgent_takesUpWhatTheFirstLeft_andCleanupTakesItAway() throws Exception {
    start();
    untilWritten("1155");
    allocatable(2);
    eventually(() -> assertThat(labels().has(LABEL)).isTrue());
    running.orElseThrow().close();
    String since = object(VGPU_NODE).at("/status/conditions/0/lastTransitionTime").asText();
    String inventory = inventory();
    start();
    eventually(() -> assertThat(inventory()).isNotEqualTo(inventory));
    assertThat(object(VGPU_NODE).at("/status/conditions/0/lastTransitionTime").asText())
        .isEqualTo(since);
    running.orElseThrow().close();
    running = Optional.empty();
    try (AgentParts parts = parts()) {
      parts.publisher().retract();
    }
    assertThat(api.get(VGPU_NODE)).isEmpty();
    assertThat(api.get(LEASE)).isEmpty();
    assertThat(labels().has(LABEL)).isFalse();
    assertThat(inventory()).isEmpty();
    assertThat(ObjectReader.name(object(NODE))).isEqualTo("n1");
  }

  @Test
  void metrics_sayWhatIsCarried_andWhatWasWritten() throws Exception {
    try (AgentParts parts = parts()) {
      await().atMost(10, SECONDS).until(() -> parts.cluster().facts().isPresent());
      AgentLoop loop =
          new AgentLoop(
              parts.agent(), InstantSource.system(), Duration.ofMillis(20), parts.metrics());
      loop.once(Duration.ofSeconds(20));
      assertThat(parts.metrics().scrape().lines().toList())
          .containsAll(
              List.of(
                  "vgpu_steward_vfs{profile=\"L40S-24Q\",state=\"Settled\"} 2.0",
                  "vgpu_steward_config_bad_lines 0.0",
                  "vgpu_steward_agent_writes_total{outcome=\"accepted\"} 2.0",
                  "vgpu_steward_node_condition{status=\"True\",type=\"Ready\"} 1.0"));
    }
  }
}
