package io.vgpusteward.cluster.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.manifest.Manifests;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.ResourceName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileClusterTest {
  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: team
        labels: {vgpu-steward.io/inject: "false"}
      """;

  @TempDir Path folder;
  private final List<FileCluster> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(FileCluster::close);
  }

  @Test
  void open_readsAllFilesAtAnyDepth() throws Exception {
    write(
        "a/b/all.yaml",
        NAMESPACE
            + "---\n"
            + machine("one", "s1")
            + "---\nkind: List\napiVersion: v1\nitems:\n- kind: VirtualMachineInstance\n"
            + "  apiVersion: kubevirt.io/v1\n  metadata: {name: two, namespace: team}\n");
    write("kubevirt.yaml", "kind: KubeVirt\napiVersion: kubevirt.io/v1\nmetadata: {name: k}\n");
    write("ignored.yml", "broken: [");
    write(".git/config.yaml", "broken: [");
    write(".hidden.yaml", "broken: [");
    write("other.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\n");
    FileCluster cluster = open();
    assertThat(cluster.view().isReady()).isTrue();
    assertThat(cluster.view().guests()).containsOnlyKeys(machineKey("one"), instanceKey("two"));
    assertThat(cluster.view().namespaceLabels("team"))
        .containsEntry("vgpu-steward.io/inject", "false");
    assertThat(cluster.view().kubeVirt().orElseThrow().namespace()).isEqualTo("default");
    assertThat(cluster.problems()).isEmpty();
  }

  @Test
  void exampleCluster_isWhole_withANodeThatCarriesWhatItOffers() {
    FileCluster cluster = FileCluster.open(Path.of("../examples/cluster"));
    open.add(cluster);
    assertThat(cluster.problems()).isEmpty();
    NodeInventory inventory = cluster.view().inventory("gpu-1").orElseThrow();
    Profile profile = Profile.parse("L40S-24Q").orElseThrow();
    assertThat(inventory.ready()).isTrue();
    assertThat(inventory.carried()).containsExactly(Map.entry(profile, 2));
    assertThat(inventory.mostEver(profile)).isEqualTo(2);
    assertThat(inventory.knownProfiles()).hasSize(12);
    assertThat(cluster.view().node("gpu-1").orElseThrow().allocatable())
        .containsExactly(Map.entry(new ResourceName("nvidia.com/L40S-24Q"), 2));
  }

  @Test
  void inventory_isFollowed() throws Exception {
    String inventory =
        """
        apiVersion: vgpu-steward.io/v1alpha1
        kind: VgpuNode
        metadata: {name: gpu-1}
        status: {gpus: [{busId: 0000:41:00.0, driver: vfio-pci, pciId: 10DE:26B9, board: 1}]}
        """;
    write("inventory.yaml", inventory);
    FileCluster cluster = open();
    assertThat(cluster.view().inventories()).containsOnlyKeys("gpu-1");
    assertThat(cluster.view().inventories().values())
        .allMatch(node -> node.passedThroughIds().contains(new PciId("10DE:26B9")));
    assertThat(cluster.problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("VgpuNode gpu-1: status.gpus[0].board is not a string");
    Files.delete(folder.resolve("inventory.yaml"));
    await().until(() -> cluster.view().inventories().isEmpty());
  }

  @Test
  void usersOfDevicesAndNodes_areFollowed() throws Exception {
    write(
        "all.yaml",
        """
        apiVersion: v1
        kind: Node
        metadata: {name: gpu-1}
        status: {allocatable: {nvidia.com/L40S-24Q: "4"}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: launcher, namespace: team, labels: {kubevirt.io: virt-launcher}}
        spec: {containers: [{name: c, resources: {limits: {nvidia.com/L40S-24Q: "1"}}}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: other, namespace: team}
        spec: {containers: [{name: c, resources: {limits: {nvidia.com/L40S-24Q: "1"}}}]}
        ---
        apiVersion: kubevirt.io/v1
        kind: VirtualMachineInstanceReplicaSet
        metadata: {name: set, namespace: team}
        spec: {template: {spec: {domain: {devices: {gpus: [{deviceName: nvidia.com/L40S-24Q}]}}}}}
        """);
    write(
        "pool.yaml",
        """
        apiVersion: pool.kubevirt.io/v1alpha1
        kind: VirtualMachinePool
        metadata: {name: pool, namespace: team}
        spec: {virtualMachineTemplate: {spec: {template: {spec: {domain: {devices: {gpus: [{deviceName: nvidia.com/L40S-24Q}]}}}}}}}
        """);
    FileCluster cluster = open();
    ResourceName resource = new ResourceName("nvidia.com/L40S-24Q");
    assertThat(cluster.view().node("gpu-1").orElseThrow().allocatable()).containsEntry(resource, 4);
    assertThat(cluster.view().deviceUsers().of(resource))
        .extracting(DeviceUser::toString)
        .containsExactly(
            "Pod team/launcher",
            "VirtualMachineInstanceReplicaSet team/set",
            "VirtualMachinePool team/pool");
    assertThat(cluster.problems()).isEmpty();
    Files.delete(folder.resolve("pool.yaml"));
    await().until(() -> cluster.view().deviceUsers().of(resource).size() == 2);
    Files.delete(folder.resolve("all.yaml"));
    await().until(() -> cluster.view().nodes().isEmpty());
    assertThat(cluster.view().deviceUsers().all()).isEmpty();
  }

  @Test
  void objects_getTheUidAndNamespaceThatAnApiServerWouldGive() throws Exception {
    write("vm.yaml", "kind: VirtualMachine\napiVersion: kubevirt.io/v1\nmetadata: {name: x}\n");
    Guest first = open().view().guests().values().iterator().next();
    Guest again = open().view().guests().values().iterator().next();
    assertThat(first.key().namespace()).isEqualTo("default");
    assertThat(first.uid()).isNotEmpty().isEqualTo(again.uid());
  }

  @Test
  void stored_isTheObjectOfTheFile_butNoSecretAndNothingUnknown() throws Exception {
    write("vm.yaml", "kind: VirtualMachine\napiVersion: kubevirt.io/v1\nmetadata: {name: x}\n");
    write("s.yaml", "kind: Secret\napiVersion: v1\nmetadata: {name: x}\n");
    FileCluster cluster = open();
    ObjectNode asked = Manifests.read(folder.resolve("vm.yaml")).getFirst().object();
    assertThat(cluster.stored(asked, "default").orElseThrow().at("/metadata/name").asText())
        .isEqualTo("x");
    assertThat(cluster.stored(asked, "other")).isEmpty();
    assertThat(cluster.stored(asked.deepCopy().put("kind", "VMInstance"), "default")).isEmpty();
    ObjectNode secret = Manifests.read(folder.resolve("s.yaml")).getFirst().object();
    assertThat(cluster.stored(secret, "default")).isEmpty();
  }

  @Test
  void open_withABrokenFile_saysFileAndLine() throws Exception {
    write("good.yaml", NAMESPACE);
    Path broken = write("sub/broken.yaml", "kind: Secret\nstringData:\n  a: hunter2: x\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(ClusterException.class)
        .hasMessageStartingWith(broken + ":3: ")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void open_withoutAFolder_saysSo() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> FileCluster.open(missing))
        .hasMessage(missing + ": there is no such folder");
  }

  @Test
  void edit_add_remove_rename_areFollowed() throws Exception {
    Path file = write("vm.yaml", machine("one", "s1"));
    FileCluster cluster = open();
    List<Change> heard = new CopyOnWriteArrayList<>();
    cluster.addListener(heard::add);

    write("vm.yaml", machine("one", "s2"));
    await().until(() -> cluster.view().guestsOfSecret("team", "s2").size() == 1);
    await().untilAsserted(() -> assertThat(heard).containsExactly(of("one")));

    write("new/second.yaml", machine("two", "s3"));
    await().until(() -> cluster.view().guests().size() == 2);

    Files.move(file, folder.resolve("renamed.yaml"));
    write("new/second.yaml", machine("two", "s4"));
    await().until(() -> !cluster.view().guestsOfSecret("team", "s4").isEmpty());
    assertThat(cluster.view().guests()).containsKey(machineKey("one"));

    Files.delete(folder.resolve("renamed.yaml"));
    await().until(() -> cluster.view().guests().size() == 1);
    await()
        .untilAsserted(
            () -> assertThat(heard).containsExactly(of("one"), of("two"), of("two"), of("one")));
  }

  @Test
  void atomicRename_asEditorsDo_isFollowedWithoutAGap() throws Exception {
    Path file = write("vm.yaml", machine("one", "s1"));
    FileCluster cluster = open();
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    cluster.addListener(change -> sizes.add(cluster.view().guests().size()));
    for (int i = 2; i < 6; i++) {
      Path next = write(".vm.yaml.swp", machine("one", "s" + i));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      String secret = "s" + i;
      await().until(() -> cluster.view().guestsOfSecret("team", secret).size() == 1);
    }
    assertThat(sizes).hasSize(4).containsOnly(1);
  }

  @Test
  void brokenFile_isReported_andItsLastGoodStateStays() throws Exception {
    write("vm.yaml", machine("one", "s1"));
    FileCluster cluster = open();
    Path file = write("vm.yaml", machine("one", "s2") + "  broken\n: [\n");
    await().until(() -> cluster.problems().size() == 1);
    Problem problem = cluster.problems().getFirst();
    assertThat(problem.file()).isEqualTo(file.toString());
    assertThat(problem.line()).isBetween(14, 16);
    assertThat(problem.toString()).startsWith(file + ":" + problem.line() + ": ");
    assertThat(cluster.view().guestsOfSecret("team", "s1")).hasSize(1);

    write("vm.yaml", machine("one", "s3"));
    await().until(() -> cluster.view().guestsOfSecret("team", "s3").size() == 1);
    assertThat(cluster.problems()).isEmpty();
  }

  @Test
  void newFileThatIsBroken_isReported_andTheRestGoesOn() throws Exception {
    FileCluster cluster = open();
    write("broken.yaml", "kind: [");
    write("vm.yaml", machine("one", "s1"));
    await().until(() -> cluster.problems().size() == 1);
    await().until(() -> cluster.view().guests().size() == 1);
  }

  @Test
  void duplicate_isReported_andTheFirstByPathCounts() throws Exception {
    Path first = write("a.yaml", machine("one", "s1"));
    Path second = write("b.yaml", NAMESPACE + "---\n" + machine("one", "s2"));
    FileCluster cluster = open();
    assertThat(cluster.view().guestsOfSecret("team", "s1")).hasSize(1);
    assertThat(cluster.problems())
        .containsExactly(
            new Problem(
                second.toString(),
                7,
                "VirtualMachine team/one is in " + first + ":1 already, which counts"));
    Files.delete(first);
    await().until(() -> cluster.view().guestsOfSecret("team", "s2").size() == 1);
    await().untilAsserted(() -> assertThat(cluster.problems()).isEmpty());
  }

  @Test
  void objectsThatAreNone_areReported_andTheRestGoesOn() throws Exception {
    write(
        "odd.yaml",
        "name: values\n---\nkind: VirtualMachine\napiVersion: kubevirt.io/v1\nmetadata: {name: ../x}\n"
            + "---\n"
            + machine("one", "s1").replace("volumes:", "volumes: 5\n      ignored:"));
    FileCluster cluster = open();
    assertThat(cluster.problems())
        .extracting(problem -> problem.line() + " " + problem.message())
        .containsExactly(
            "1 an object needs kind and apiVersion",
            "3 VirtualMachine without a valid metadata.name and namespace",
            "7 VirtualMachine team/one: spec.template.spec.volumes is not a list");
    assertThat(cluster.view().guests()).hasSize(1);
  }

  @Test
  void folderThatGoes_leavesTheLastState() throws Exception {
    write("vm.yaml", machine("one", "s1"));
    FileCluster cluster = open();
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    await().until(() -> !cluster.problems().isEmpty());
    assertThat(cluster.view().guests()).hasSize(1);
    Files.move(away, folder);
    await().until(() -> cluster.problems().isEmpty());
    assertThat(cluster.view().guests()).hasSize(1);
  }

  @Test
  void license_isInMemoryAndItsChangesAreTold() throws Exception {
    write("l.yaml", license("team", "aaa") + "---\n" + license("other", "bbb"));
    FileCluster cluster = open();
    List<Change> heard = new CopyOnWriteArrayList<>();
    cluster.addListener(heard::add);
    SecretObject before = cluster.licenseSecret("team").orElseThrow();
    assertThat(before.data().get("t.tok")).asString().isEqualTo("aaa");
    write("l.yaml", license("team", "ccc") + "---\n" + license("other", "bbb"));
    await().untilAsserted(() -> assertThat(heard).containsExactly(new Change.OfLicense("team")));
    SecretObject after = cluster.licenseSecret("team").orElseThrow();
    assertThat(after.data().get("t.tok")).asString().isEqualTo("ccc");
    assertThat(after.resourceVersion()).isNotEqualTo(before.resourceVersion());
    assertThat(cluster.licenseSecret("nowhere")).isEmpty();
  }

  @Test
  void leadership_isImmediate() {
    List<String> calls = new CopyOnWriteArrayList<>();
    var seat = open().lead("lease", () -> calls.add("start"), () -> calls.add("stop"));
    assertThat(calls).containsExactly("start");
    seat.close();
    seat.close();
    assertThat(calls).containsExactly("start", "stop");
  }

  @Test
  void lastHeard_goesOnWhileNothingChanges() {
    FileCluster cluster = open();
    var before = cluster.lastHeard();
    await().until(() -> cluster.lastHeard().isAfter(before));
    assertThat(cluster.view().asOf()).isBeforeOrEqualTo(cluster.lastHeard());
  }

  private FileCluster open() {
    FileCluster cluster = FileCluster.open(folder, Duration.ofMillis(40), InstantSource.system());
    open.add(cluster);
    return cluster;
  }

  private Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Change of(String name) {
    return new Change.OfGuest(machineKey(name));
  }

  private static GuestKey machineKey(String name) {
    return new GuestKey(GuestKey.Kind.VirtualMachine, "team", name);
  }

  private static GuestKey instanceKey(String name) {
    return new GuestKey(GuestKey.Kind.VirtualMachineInstance, "team", name);
  }

  private static String license(String namespace, String token) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: vgpu-license, namespace: %s}
    stringData: {t.tok: %s}
    """
        .formatted(namespace, token);
  }

  private static String machine(String name, String secret) {
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
            cloudInitNoCloud:
              secretRef:
                name: %s
    """
        .formatted(name, secret);
  }
}
