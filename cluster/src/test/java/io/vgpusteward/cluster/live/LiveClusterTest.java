package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.dsl.TimesOnceableOrHttpHeaderable;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LiveClusterTest {
  private static final String MACHINES = "/apis/kubevirt.io/v1/namespaces/team/virtualmachines";
  private static final String TYPES = "/apis/instancetype.kubevirt.io/v1beta1/";

  private MockApiServer api = new MockApiServer();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void firstView_hasAllKinds() throws Exception {
    populate();
    LiveCluster cluster = api.cluster();
    List<Change> heard = new CopyOnWriteArrayList<>();
    cluster.addListener(heard::add);
    await().until(() -> cluster.view().isReady());
    ClusterView view = cluster.view();
    assertThat(view.guests()).containsOnlyKeys(machine("one"), instance("one"));
    assertThat(view.guestsOfSecret("team", "s1")).hasSize(1);
    assertThat(view.kubeVirt().orElseThrow().version()).contains("v1.9.0");
    assertThat(view.namespaceLabels("team")).containsEntry("a", "b");
    assertThat(view.instancetypes().current("team", "small").orElseThrow().gpus())
        .containsExactly("nvidia.com/L40S-24Q");
    assertThat(view.instancetypes().current("", "large")).isPresent();
    assertThat(view.instancetypes().preferenceIsWindows()).hasSize(2);
    assertThat(view.instancetypes().revision("team", "one-small").orElseThrow().hostDevices())
        .containsExactly("nvidia.com/A10-12Q");
    assertThat(view.instancetypes().revision("team", "web")).isEmpty();
    assertThat(cluster.licenseSecret("team").orElseThrow().data()).containsOnlyKeys("t.tok");
    assertThat(view.node("gpu-1").orElseThrow().profiles()).containsExactly("L40S-24Q");
    assertThat(view.inventories()).containsOnlyKeys("gpu-1");
    assertThat(view.inventory("gpu-1").orElseThrow().carried())
        .containsOnlyKeys(Profile.parse("L40S-24Q").orElseThrow());
    assertThat(view.deviceUsers().of(new ResourceName("nvidia.com/L40S-24Q")))
        .extracting(DeviceUser::toString)
        .containsExactly(
            "Pod team/virt-launcher-one",
            "VirtualMachineInstanceReplicaSet team/set",
            "VirtualMachinePool team/pool",
            "VirtualMachineInstancetype team/small");
    await().untilAsserted(() -> assertThat(heard).containsExactly(new Change.OfEverything()));
  }

  @Test
  void requests_arePagedAndNeverAskForOtherSecrets() throws Exception {
    populate();
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    List<String> requests =
        api.requests().stream().filter(request -> request.startsWith("GET /api")).toList();
    assertThat(requests)
        .filteredOn(request -> request.contains("/secrets"))
        .isNotEmpty()
        .allMatch(request -> request.contains("fieldSelector=metadata.name=vgpu-license"));
    assertThat(requests)
        .filteredOn(request -> request.contains("/controllerrevisions"))
        .isNotEmpty()
        .allMatch(
            request -> request.contains("labelSelector=instancetype.kubevirt.io/object-kind"));
    assertThat(requests)
        .filteredOn(request -> request.contains("/pods"))
        .isNotEmpty()
        .allMatch(request -> request.contains("labelSelector=kubevirt.io=virt-launcher"));
    assertThat(requests)
        .filteredOn(request -> !request.contains("watch=true"))
        .allMatch(request -> request.contains("limit=1") || request.contains("limit=500"));
  }

  @Test
  void changes_areFollowed() throws Exception {
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    List<Change> heard = new CopyOnWriteArrayList<>();
    cluster.addListener(heard::add);
    api.create(MACHINES, machineYaml("one", "s1"));
    await()
        .untilAsserted(() -> assertThat(heard).containsExactly(new Change.OfGuest(machine("one"))));
    assertThat(cluster.view().guestsOfSecret("team", "s1")).hasSize(1);
    api.replace(MACHINES + "/one", machineYaml("one", "s2"));
    await().until(() -> cluster.view().guestsOfSecret("team", "s2").size() == 1);
    api.create("/api/v1/namespaces/team/secrets", license("tok1"));
    await().until(() -> heard.contains(new Change.OfLicense("team")));
    assertThat(cluster.licenseSecret("team").orElseThrow().data().get("t.tok"))
        .asString()
        .isEqualTo("tok1");
    api.delete("/api/v1/namespaces/team/secrets/vgpu-license");
    await().until(() -> cluster.licenseSecret("team").isEmpty());
    api.delete(MACHINES + "/one");
    await().until(() -> cluster.view().guests().isEmpty());
    api.create(TYPES + "namespaces/team/virtualmachineinstancetypes", instancetype("small"));
    await().until(() -> cluster.view().instancetypes().current("team", "small").isPresent());
    api.create("/apis/apps/v1/namespaces/team/controllerrevisions", revision("r", true));
    await().until(() -> cluster.view().instancetypes().revision("team", "r").isPresent());
  }

  @Test
  void lostWatch_endsInANewList_andWhatWentMeanwhileIsGone() throws Exception {
    String list = "/apis/kubevirt.io/v1/virtualmachines?limit=500";
    String watch =
        "/apis/kubevirt.io/v1/virtualmachines"
            + "?allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=600&watch=true";
    api.server.expect().get().withPath(list).andReturn(200, listOf("10", "stays", "goes")).once();
    api.server
        .expect()
        .get()
        .withPath(watch.formatted("10"))
        .andUpgradeToWebSocket()
        .open()
        .waitFor(2_000)
        .andEmit(
            new WatchEvent(
                new StatusBuilder().withCode(410).withReason("Expired").build(), "ERROR"))
        .done()
        .once();
    api.server.expect().get().withPath(list).andReturn(200, listOf("20", "stays", "came")).once();
    api.server
        .expect()
        .get()
        .withPath(watch.formatted("20"))
        .andUpgradeToWebSocket()
        .open()
        .waitFor(5_000)
        .andEmit("never")
        .done()
        .always();
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    assertThat(cluster.view().guests()).containsOnlyKeys(machine("stays"), machine("goes"));
    List<Change> heard = new CopyOnWriteArrayList<>();
    cluster.addListener(heard::add);
    await()
        .untilAsserted(() ->
            assertThat(cluster.view().guests())
                .containsOnlyKeys(machine("stays"), machine("came")));
    await()
        .untilAsserted(() ->
            assertThat(heard)
                .containsExactlyInAnyOrder(
                    new Change.OfGuest(machine("goes")), new Change.OfGuest(machine("came"))));
    assertThat(cluster.view().isReady()).isTrue();
  }

  @Test
  void kindThatComesLater_isMissingUntilThen() throws Exception {
    api.server
        .expect()
        .get()
        .withPath("/apis/kubevirt.io/v1/virtualmachines?limit=1")
        .andReturn(404, new StatusBuilder().withCode(404).build())
        .times(4);
    LiveCluster cluster = api.cluster();
    await()
        .untilAsserted(() ->
            assertThat(cluster.view().missing())
                .containsExactly(
                    "virtualmachines.kubevirt.io (HTTP 404: the API server does not know them"
                        + " (yet))"));
    assertThat(cluster.view().toString()).contains("virtualmachines.kubevirt.io");
    await().until(() -> cluster.view().isReady());
  }

  @Test
  void optionalKindThatIsAbsent_isNotMissed_andFollowedWhenItComes() throws Exception {
    populate();
    for (String version : List.of("v1beta1", "v1alpha1")) {
      api.server
          .expect()
          .get()
          .withPath("/apis/pool.kubevirt.io/" + version + "/virtualmachinepools?limit=1")
          .andReturn(404, new StatusBuilder().withCode(404).build())
          .times(6);
    }
    LiveCluster cluster = api.cluster();
    Instant started = cluster.lastHeard();
    await().until(() -> cluster.view().isReady());
    assertThat(users(cluster)).doesNotContain("VirtualMachinePool team/pool");
    await().until(() -> cluster.lastHeard().isAfter(started));
    await()
        .untilAsserted(() -> assertThat(users(cluster)).contains("VirtualMachinePool team/pool"));
    assertThat(cluster.view().isReady()).isTrue();
  }

  /** Each optional kind: the path of its lists, and the older versions that nobody has. */
  @ParameterizedTest
  @CsvSource({
    "POOL, /apis/pool.kubevirt.io/v1beta1/virtualmachinepools,"
        + " /apis/pool.kubevirt.io/v1alpha1/virtualmachinepools",
    "VGPU_NODE, /apis/vgpu-steward.io/v1alpha1/vgpunodes,"
  })
  void definitionThatIsDeleted_leavesNoObjects_andIsFollowedWhenItIsBack(
      ObjectKind kind, String path, @Nullable String older) throws Exception {
    populate();
    String object =
        MockApiServer.json(kind == ObjectKind.POOL ? pool("v1beta1") : inventory()).toString();
    if (older != null) {
      answer(older + "?limit=1", 404).always();
    }
    // Listed once and watched once: then the definition is gone, and then it is there again.
    api.server.expect().get().withPath(path + "?limit=1").andReturn(200, list(object)).once();
    answer(path + "?limit=1", 404).times(5);
    api.server.expect().get().withPath(path + "?limit=500").andReturn(200, list(object)).once();
    String watch =
        path + "?allowWatchBookmarks=true&resourceVersion=7777&timeoutSeconds=600&watch=true";
    api.server
        .expect()
        .get()
        .withPath(watch)
        .andUpgradeToWebSocket()
        .open()
        .waitFor(1_000)
        .andEmit(
            new WatchEvent(
                new StatusBuilder().withCode(500).withReason("InternalError").build(), "ERROR"))
        .done()
        .once();
    answer(watch, 404).always();
    LiveCluster cluster = api.cluster();
    await().until(() -> shows(cluster, kind));

    await().until(() -> !shows(cluster, kind));
    await().until(() -> cluster.view().isReady());
    Instant gone = cluster.lastHeard();
    await().until(() -> cluster.lastHeard().isAfter(gone));

    await().until(() -> shows(cluster, kind));
    assertThat(cluster.view().isReady()).isTrue();
  }

  @Test
  void optionalKindThatIsAbsent_isNotMissedWhileTheApiServerIsSilent() throws Exception {
    String path = "/apis/vgpu-steward.io/v1alpha1/vgpunodes?limit=1";
    answer(path, 404).times(2);
    answer(path, 503).times(5);
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    List<Boolean> ready = new ArrayList<>();
    await()
        .until(() -> {
          ready.add(cluster.view().isReady());
          return api.requests().stream().filter(("GET " + path)::equals).count() > 7;
        });
    assertThat(ready).doesNotContain(false);
  }

  @Test
  void kindOfAnOlderVersion_isFollowedByThat() throws Exception {
    api.server
        .expect()
        .get()
        .withPath("/apis/pool.kubevirt.io/v1beta1/virtualmachinepools?limit=1")
        .andReturn(404, new StatusBuilder().withCode(404).build())
        .always();
    api.create(
        "/apis/pool.kubevirt.io/v1alpha1/namespaces/team/virtualmachinepools", pool("v1alpha1"));
    LiveCluster cluster = api.cluster();
    await().until(() -> cluster.view().isReady());
    assertThat(users(cluster)).contains("VirtualMachinePool team/pool");
  }

  @Test
  void optionalKindThatIsForbidden_isMissing() throws Exception {
    api.server
        .expect()
        .get()
        .withPath("/apis/pool.kubevirt.io/v1beta1/virtualmachinepools?limit=1")
        .andReturn(403, new StatusBuilder().withCode(403).build())
        .always();
    LiveCluster cluster = api.cluster();
    await()
        .untilAsserted(() ->
            assertThat(cluster.view().missing())
                .containsExactly(
                    "virtualmachinepools.pool.kubevirt.io (HTTP 403: this account may not list and"
                        + " watch them)"));
  }

  @Test
  void forbiddenKind_isMissingWithItsReason() throws Exception {
    api.server
        .expect()
        .get()
        .withPath("/api/v1/namespaces?limit=1")
        .andReturn(403, new StatusBuilder().withCode(403).build())
        .always();
    LiveCluster cluster = api.cluster();
    await()
        .untilAsserted(() ->
            assertThat(cluster.view().missing())
                .containsExactly(
                    "namespaces (HTTP 403: this account may not list and watch them)"));
  }

  @Test
  void apiServerThatIsDown_atStartAndLater_isWaitedFor() throws Exception {
    int port = api.server.getPort();
    KubernetesClient client = api.client();
    api.server.destroy();
    LiveCluster cluster = LiveCluster.connect(client, "steward", MockApiServer.HASTY);
    try {
      await()
          .untilAsserted(() ->
              assertThat(cluster.view().missing())
                  .hasSize(ObjectKind.values().length)
                  .allMatch(text -> text.endsWith("(the API server does not answer)")));
      Instant started = cluster.lastHeard();
      api = new MockApiServer(port);
      populate();
      await().until(() -> cluster.view().isReady());
      await().until(() -> cluster.lastHeard().isAfter(started));
      await().until(() -> cluster.view().guests().size() == 2);

      api.close();
      await().during(Duration.ofMillis(500)).until(() -> cluster.view().isReady());
      Instant down = cluster.lastHeard();
      assertThat(cluster.view().guests()).hasSize(2);

      api = new MockApiServer(port);
      for (int i = 0; i < 20; i++) {
        api.create(
            "/api/v1/namespaces",
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: n%d}".formatted(i));
      }
      api.create(MACHINES, machineYaml("after", "s9"));
      await().until(() -> cluster.view().guest(machine("after")).isPresent());
      await().until(() -> cluster.lastHeard().isAfter(down));
    } finally {
      cluster.close();
      client.close();
    }
  }

  @Test
  void clientThatMightLogSecrets_isRefused() {
    try (KubernetesClient client = api.server.createClient()) {
      assertThatThrownBy(() -> LiveCluster.connect(client, "steward"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("ClusterClient");
    }
  }

  @Test
  void client_saysWhoItIs() {
    try (KubernetesClient client = ClusterClient.create("1.2.3")) {
      assertThat(client.getConfiguration().getUserAgent()).isEqualTo("vgpu-steward/1.2.3");
    }
  }

  private void populate() {
    api.create(
        "/api/v1/namespaces",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: team, labels: {a: b}}");
    api.create(MACHINES, machineYaml("one", "s1"));
    api.create(
        "/apis/kubevirt.io/v1/namespaces/team/virtualmachineinstances",
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata: {name: one, namespace: team}");
    api.create(
        "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts",
        "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: kubevirt, namespace: kubevirt}\n"
            + "status: {observedKubeVirtVersion: v1.9.0}");
    api.create(TYPES + "namespaces/team/virtualmachineinstancetypes", instancetype("small"));
    api.create(
        TYPES + "virtualmachineclusterinstancetypes",
        "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineClusterInstancetype\n"
            + "metadata: {name: large}\nspec: {}");
    api.create(
        TYPES + "namespaces/team/virtualmachinepreferences",
        "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachinePreference\n"
            + "metadata: {name: windows, namespace: team}");
    api.create(
        TYPES + "virtualmachineclusterpreferences",
        "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineClusterPreference\n"
            + "metadata: {name: ubuntu}");
    api.create("/apis/apps/v1/namespaces/team/controllerrevisions", revision("one-small", true));
    api.create("/apis/apps/v1/namespaces/team/controllerrevisions", revision("web", false));
    api.create(
        "/api/v1/nodes",
        "apiVersion: v1\nkind: Node\n"
            + "metadata: {name: gpu-1, labels: {profile.vgpu-steward.io/L40S-24Q: 'true'}}");
    api.create("/apis/vgpu-steward.io/v1alpha1/vgpunodes", inventory());
    api.create("/api/v1/namespaces/team/pods", pod("virt-launcher-one", "virt-launcher"));
    api.create("/api/v1/namespaces/team/pods", pod("other", "virt-api"));
    api.create(
        "/apis/kubevirt.io/v1/namespaces/team/virtualmachineinstancereplicasets",
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachineInstanceReplicaSet
        metadata: {name: set, namespace: team}
        spec: {template: {spec: {domain: {devices: {gpus: [{name: g, deviceName: nvidia.com/L40S-24Q}]}}}}}
        """);
    api.create(
        "/apis/pool.kubevirt.io/v1beta1/namespaces/team/virtualmachinepools", pool("v1beta1"));
    api.create("/api/v1/namespaces/team/secrets", license("tok"));
    api.create(
        "/api/v1/namespaces/team/secrets",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: team}\ndata: {a: YQ==}");
  }

  private TimesOnceableOrHttpHeaderable<Void> answer(String path, int code) {
    return api.server
        .expect()
        .get()
        .withPath(path)
        .andReturn(code, new StatusBuilder().withCode(code).build());
  }

  private static boolean shows(LiveCluster cluster, ObjectKind kind) {
    return kind == ObjectKind.POOL
        ? users(cluster).contains("VirtualMachinePool team/pool")
        : cluster.view().inventory("gpu-1").isPresent();
  }

  private static String list(String item) {
    return """
    {"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"7777"},"items":[%s]}
    """
        .formatted(item);
  }

  private static String inventory() {
    return """
    apiVersion: vgpu-steward.io/v1alpha1
    kind: VgpuNode
    metadata: {name: gpu-1}
    status: {gpus: [{busId: 0000:41:00.0, vfs: [{busId: 0000:41:00.4, current: L40S-24Q, state: Settled}]}]}
    """;
  }

  private static List<String> users(LiveCluster cluster) {
    return cluster.view().deviceUsers().all().stream().map(DeviceUser::toString).toList();
  }

  private static String pool(String version) {
    return """
    apiVersion: pool.kubevirt.io/%s
    kind: VirtualMachinePool
    metadata: {name: pool, namespace: team}
    spec: {virtualMachineTemplate: {spec: {instancetype: {name: small, kind: VirtualMachineInstancetype}, template: {spec: {domain: {devices: {gpus: [{name: g, deviceName: nvidia.com/L40S-24Q}]}}}}}}}
    """
        .formatted(version);
  }

  private static String pod(String name, String label) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: team, labels: {kubevirt.io: %s}}
    spec: {containers: [{name: compute, resources: {limits: {nvidia.com/L40S-24Q: "1"}}}]}
    """
        .formatted(name, label);
  }

  private static GuestKey machine(String name) {
    return new GuestKey(GuestKey.Kind.VirtualMachine, "team", name);
  }

  private static GuestKey instance(String name) {
    return new GuestKey(GuestKey.Kind.VirtualMachineInstance, "team", name);
  }

  private static String instancetype(String name) {
    return "apiVersion: instancetype.kubevirt.io/v1beta1\nkind: VirtualMachineInstancetype\n"
        + "metadata: {name: "
        + name
        + ", namespace: team}\nspec: {gpus: [{name: g, deviceName: nvidia.com/L40S-24Q}]}";
  }

  private static String revision(String name, boolean ofKubeVirt) {
    return """
    apiVersion: apps/v1
    kind: ControllerRevision
    metadata:
      name: %s
      namespace: team
      labels: {%s}
    data:
      apiVersion: instancetype.kubevirt.io/v1beta1
      kind: VirtualMachineInstancetype
      spec: {hostDevices: [{name: g, deviceName: nvidia.com/A10-12Q}]}
    revision: 0
    """
        .formatted(
            name,
            ofKubeVirt
                ? "instancetype.kubevirt.io/object-kind: VirtualMachineInstancetype"
                : "app: web");
  }

  private static String license(String token) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: vgpu-license, namespace: team}
    data: {t.tok: %s}
    """
        .formatted(Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)));
  }

  private static String listOf(String version, String... names) {
    StringBuilder items = new StringBuilder();
    for (String name : names) {
      items.append(items.isEmpty() ? "" : ",");
      String versioned =
          machineYaml(name, "s").replace("\nspec:\n", "\n  resourceVersion: \"5\"\nspec:\n");
      items.append(MockApiServer.json(versioned).toString());
    }
    return """
    {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineList",
     "metadata":{"resourceVersion":"%s"},"items":[%s]}
    """
        .formatted(version, items);
  }

  private static String machineYaml(String name, String secret) {
    return """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata:
      name: %s
      namespace: team
    spec:
      template:
        spec:
          volumes:
          - name: c
            cloudInitNoCloud: {secretRef: {name: %s}}
    """
        .formatted(name, secret);
  }
}
