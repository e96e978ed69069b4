package io.vgpusteward.cluster.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vgpusteward.cluster.ClusterListener.Change;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.DeviceUser;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.vgpu.placement.NodeSupply;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ViewPublisherTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ClusterState state = new ClusterState(Origin.API_SERVER);
  private final List<String> missing = new CopyOnWriteArrayList<>();
  private final ViewPublisher publisher =
      new ViewPublisher(state, () -> List.copyOf(missing), InstantSource.system());
  private final List<Change> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    publisher.close();
  }

  @Test
  void listeners_hearWhatChanged_whenTheViewShowsIt() throws Exception {
    List<Boolean> shown = new CopyOnWriteArrayList<>();
    GuestKey key = new GuestKey(GuestKey.Kind.VirtualMachine, "ns", "a");
    publisher.addListener(change -> shown.add(publisher.view().guest(key).isPresent()));
    publisher.addListener(heard::add);
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    await().untilAsserted(() -> assertThat(heard).containsExactly(new Change.OfGuest(key)));
    assertThat(shown).containsExactly(true);
    publisher.publish(state.remove(ObjectKind.VIRTUAL_MACHINE, "ns", "a"));
    await().untilAsserted(() -> assertThat(shown).containsExactly(true, false));
  }

  @Test
  void listeners_hearNothing_untilNothingIsMissing_andThenThatEverythingChanged() throws Exception {
    publisher.addListener(heard::add);
    missing.add("virtualmachines");
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    publisher.publishNow();
    assertThat(publisher.view().isReady()).isFalse();
    assertThat(publisher.view().missing()).containsExactly("virtualmachines");
    assertThat(heard).isEmpty();
    missing.clear();
    publisher.publishNow();
    assertThat(heard).containsExactly(new Change.OfEverything());
  }

  @Test
  void sameObjectAgain_isNoChange() throws Exception {
    assertThat(state.put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"), p -> {}).changed())
        .isTrue();
    JsonNode again = JSON.readTree(machine("a", "s1").toString().replace("\"1\"", "\"2\""));
    assertThat(state.put(ObjectKind.VIRTUAL_MACHINE, again, p -> {})).isEqualTo(Effect.NONE);
    assertThat(state.remove(ObjectKind.VIRTUAL_MACHINE, "ns", "unknown")).isEqualTo(Effect.NONE);
  }

  @Test
  void licenceReadAgain_isNoChange_andAnotherValueIsOne() throws Exception {
    String secret =
        """
        {"metadata":{"name":"vgpu-license","namespace":"ns"},"data":{"t.tok":"YQ=="}}
        """;
    assertThat(state.put(ObjectKind.SECRET, JSON.readTree(secret), p -> {}).changes())
        .containsExactly(new Change.OfLicense("ns"));
    assertThat(state.put(ObjectKind.SECRET, JSON.readTree(secret), p -> {})).isEqualTo(Effect.NONE);
    JsonNode other = JSON.readTree(secret.replace("YQ==", "Yg=="));
    assertThat(state.put(ObjectKind.SECRET, other, p -> {}).changed()).isTrue();
    JsonNode another = JSON.readTree(secret.replace("vgpu-license", "another"));
    assertThat(state.put(ObjectKind.SECRET, another, p -> {})).isEqualTo(Effect.NONE);
  }

  @Test
  void namespace_isToldAsItsGuests_andARevisionNotAtAll() throws Exception {
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    JsonNode namespace = JSON.readTree("{\"metadata\":{\"name\":\"ns\",\"labels\":{\"a\":\"b\"}}}");
    assertThat(state.put(ObjectKind.NAMESPACE, namespace, p -> {}).changes())
        .containsExactly(new Change.OfGuest(new GuestKey(GuestKey.Kind.VirtualMachine, "ns", "a")));
    JsonNode revision =
        JSON.readTree(
            """
            {"metadata":{"name":"r","namespace":"ns"},
             "data":{"apiVersion":"instancetype.kubevirt.io/v1beta1",
                     "kind":"VirtualMachineInstancetype","spec":{"gpus":[{"deviceName":"g"}]}}}
            """);
    assertThat(state.put(ObjectKind.CONTROLLER_REVISION, revision, p -> {}))
        .isEqualTo(new Effect(true, List.of()));
    publisher.publishNow();
    ClusterView view = publisher.view();
    assertThat(view.namespaceLabels("ns")).containsEntry("a", "b");
    assertThat(view.instancetypes().revision("ns", "r").orElseThrow().gpus()).containsExactly("g");
  }

  @Test
  void usersOfDevices_areMadeAnewOnlyWhenWhatTheyComeFromHasChanged() throws Exception {
    JsonNode machine =
        JSON.readTree(
            """
            {"metadata":{"name":"a","namespace":"ns"},"spec":{"template":{"spec":{"domain":
             {"devices":{"gpus":[{"deviceName":"nvidia.com/L40S-24Q"}]}}}}}}
            """);
    put(ObjectKind.VIRTUAL_MACHINE, machine);
    publisher.publishNow();
    DeviceUser before = publisher.view().deviceUsers().all().getFirst();
    put(ObjectKind.NAMESPACE, JSON.readTree("{\"metadata\":{\"name\":\"ns\"}}"));
    put(ObjectKind.NODE, JSON.readTree("{\"metadata\":{\"name\":\"n\"}}"));
    put(ObjectKind.POD, pod("Running"));
    publisher.publishNow();
    assertThat(publisher.view().nodes()).containsOnlyKeys("n");
    assertThat(publisher.view().deviceUsers().all()).hasSize(2);
    assertThat(publisher.view().deviceUsers().all().getFirst()).isSameAs(before);
    put(ObjectKind.POD, pod("Succeeded"));
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    publisher.publishNow();
    assertThat(publisher.view().deviceUsers().all()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"POD", "NODE", "VGPU_NODE", "REPLICA_SET", "POOL"})
  void kindsThatListenersDoNotHearOf_showAllTheSame(ObjectKind kind) throws Exception {
    JsonNode object = kind == ObjectKind.POD ? pod("Running") : machine("a", "s1");
    assertThat(state.put(kind, object, p -> {})).isEqualTo(new Effect(true, List.of()));
    assertThat(state.put(kind, object.deepCopy(), p -> {})).isEqualTo(Effect.NONE);
    assertThat(state.remove(kind, "ns", "a")).isEqualTo(new Effect(true, List.of()));
    assertThat(state.remove(kind, "ns", "a")).isEqualTo(Effect.NONE);
  }

  @Test
  void heartbeats_areToldToNobody_andShowWithTheNextView() throws Exception {
    publisher.addListener(heard::add);
    publisher.publishNow();
    heard.clear();
    assertThat(state.put(ObjectKind.LEASE, lease("2026-11-21T09:59:00Z"), p -> {}))
        .isEqualTo(new Effect(true, List.of()));
    Effect effect = state.put(ObjectKind.LEASE, lease("2026-11-21T10:00:00Z"), p -> {});
    assertThat(effect).isEqualTo(Effect.UNHURRIED);
    assertThat(state.put(ObjectKind.LEASE, lease("2026-11-21T10:00:00Z"), p -> {}))
        .isEqualTo(Effect.NONE);
    publisher.publish(effect);
    await().until(() -> publisher.view().heartbeat("gpu-1").isPresent());

    put(ObjectKind.LEASE, lease("2026-11-21T10:01:00Z"));
    put(ObjectKind.NODE, JSON.readTree("{\"metadata\":{\"name\":\"n\"}}"));
    await().until(() -> publisher.view().node("n").isPresent());
    assertThat(publisher.view().heartbeat("gpu-1")).contains(Instant.parse("2026-11-21T10:01:00Z"));

    publisher.publish(state.remove(ObjectKind.LEASE, "ns", "beat"));
    await().until(() -> publisher.view().heartbeat("gpu-1").isEmpty());
    assertThat(heard).isEmpty();
  }

  @Test
  void heartbeatAfterASilence_showsAsSoonAsItCan() throws Exception {
    put(ObjectKind.LEASE, lease("2026-11-21T10:00:00Z"));
    assertThat(state.put(ObjectKind.LEASE, lease("2026-11-21T10:01:59Z"), p -> {}))
        .isEqualTo(Effect.UNHURRIED);
    assertThat(state.put(ObjectKind.LEASE, lease("2026-11-21T10:03:59Z"), p -> {}))
        .isEqualTo(new Effect(true, List.of()));
  }

  @Test
  void leaseThatLosesItsLabel_isNoHeartbeatAnyMore() throws Exception {
    put(ObjectKind.LEASE, lease("2026-11-21T10:00:00Z"));
    publisher.publishNow();
    assertThat(publisher.view().heartbeat("gpu-1")).isPresent();
    put(ObjectKind.LEASE, JSON.readTree("{\"metadata\":{\"name\":\"beat\",\"namespace\":\"ns\"}}"));
    publisher.publishNow();
    assertThat(publisher.view().heartbeat("gpu-1")).isEmpty();
  }

  @Test
  void revision_isShownByItsKind_andGoes() throws Exception {
    String revision =
        """
        {"metadata":{"name":"r","namespace":"ns"},
         "data":{"apiVersion":"instancetype.kubevirt.io/v1beta1","kind":"%s","spec":{}}}
        """;
    put(
        ObjectKind.CONTROLLER_REVISION,
        JSON.readTree(revision.formatted("VirtualMachineInstancetype")));
    publisher.publishNow();
    assertThat(publisher.view().instancetypes().revisions()).hasSize(1);
    put(
        ObjectKind.CONTROLLER_REVISION,
        JSON.readTree(revision.formatted("VirtualMachinePreference")));
    publisher.publishNow();
    assertThat(publisher.view().instancetypes().revisions()).isEmpty();
    assertThat(publisher.view().instancetypes().preferenceRevisionIsWindows()).hasSize(1);
    publisher.publish(state.remove(ObjectKind.CONTROLLER_REVISION, "ns", "r"));
    publisher.publishNow();
    assertThat(publisher.view().instancetypes().preferenceRevisionIsWindows()).isEmpty();
  }

  @Test
  void guestThatTakesAnotherSecret_isFoundByThatAlone() throws Exception {
    put(ObjectKind.VIRTUAL_MACHINE, machine("b", "s1"));
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    publisher.publishNow();
    assertThat(publisher.view().guestsOfSecret("ns", "s1"))
        .extracting(guest -> guest.key().name())
        .containsExactly("a", "b");
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s2"));
    publisher.publish(state.remove(ObjectKind.VIRTUAL_MACHINE, "ns", "b"));
    publisher.publishNow();
    assertThat(publisher.view().guestsOfSecret("ns", "s1")).isEmpty();
    assertThat(publisher.view().guestsOfSecret("ns", "s2")).hasSize(1);
  }

  @Test
  void supplyOfANode_staysUntilSomethingUnderItChanges() throws Exception {
    put(ObjectKind.NODE, JSON.readTree("{\"metadata\":{\"name\":\"n\"}}"));
    put(ObjectKind.VGPU_NODE, JSON.readTree("{\"metadata\":{\"name\":\"n\"}}"));
    publisher.publishNow();
    NodeSupply before = publisher.view().supplies().get("n");
    put(ObjectKind.NODE, JSON.readTree("{\"metadata\":{\"name\":\"other\"}}"));
    put(ObjectKind.VGPU_NODE, JSON.readTree("{\"metadata\":{\"name\":\"n\",\"uid\":\"1\"}}"));
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    publisher.publishNow();
    assertThat(publisher.view().supplies()).containsOnlyKeys("n", "other");
    assertThat(publisher.view().supplies().get("n")).isSameAs(before);
  }

  @Test
  void ofSeveralKubeVirts_theFirstCounts() throws Exception {
    for (String namespace : List.of("b", "a", "c")) {
      put(
          ObjectKind.KUBEVIRT,
          JSON.readTree(
              "{\"metadata\":{\"name\":\"kubevirt\",\"namespace\":\"" + namespace + "\"}}"));
    }
    publisher.publishNow();
    assertThat(publisher.view().kubeVirt().orElseThrow().namespace()).isEqualTo("a");
  }

  @Test
  void burst_isFoldedIntoFewViews() throws Exception {
    List<ClusterView> views = new CopyOnWriteArrayList<>();
    publisher.addListener(change -> views.add(publisher.view()));
    for (int i = 0; i < 1000; i++) {
      put(ObjectKind.VIRTUAL_MACHINE, machine("vm" + i, "s"));
    }
    await().untilAsserted(() -> assertThat(publisher.view().guests()).hasSize(1000));
    await().untilAsserted(() -> assertThat(views).hasSize(1000));
    assertThat(views.stream().distinct().count()).isLessThan(100);
  }

  @Test
  void failingListener_stopsNobody() throws Exception {
    publisher.addListener(change -> {
      throw new IllegalStateException("on purpose");
    });
    publisher.addListener(heard::add);
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    await().untilAsserted(() -> assertThat(heard).hasSize(1));
  }

  @Test
  void view_isImmutable() throws Exception {
    put(ObjectKind.VIRTUAL_MACHINE, machine("a", "s1"));
    publisher.publishNow();
    ClusterView view = publisher.view();
    assertThatThrownBy(() -> view.guests().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.guestsOfSecret("ns", "s1").clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.missing().add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.instancetypes().current().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    put(ObjectKind.VIRTUAL_MACHINE, machine("b", "s1"));
    publisher.publishNow();
    assertThat(view.guests()).hasSize(1);
    assertThat(publisher.view().guestsOfSecret("ns", "s1")).hasSize(2);
  }

  @Test
  void readers_seeWholeViewsOnly_whileManyWrite() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        readers.add(threads.submit(() -> readUntil(stop)));
      }
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int writer = i;
        writers.add(threads.submit(() -> write(writer)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      await().until(() -> publisher.view().guests().size() == 4 * 25);
      stop.set(true);
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
  }

  private Object write(int writer) throws Exception {
    for (int i = 0; i < 2000; i++) {
      String name = "w" + writer + "-" + i % 50;
      if (i % 50 < 25 || i < 1900) {
        put(ObjectKind.VIRTUAL_MACHINE, machine(name, "secret" + i % 7));
      } else {
        publisher.publish(state.remove(ObjectKind.VIRTUAL_MACHINE, "ns", name));
      }
    }
    for (int i = 25; i < 50; i++) {
      publisher.publish(state.remove(ObjectKind.VIRTUAL_MACHINE, "ns", "w" + writer + "-" + i));
    }
    return writer;
  }

  private int readUntil(AtomicBoolean stop) {
    int read = 0;
    Instant last = Instant.MIN;
    while (!stop.get() || read == 0) {
      ClusterView view = publisher.view();
      assertThat(view.asOf()).isAfterOrEqualTo(last);
      last = view.asOf();
      int indexed = 0;
      for (int i = 0; i < 7; i++) {
        for (Guest guest : view.guestsOfSecret("ns", "secret" + i)) {
          assertThat(view.guest(guest.key())).containsSame(guest);
          indexed++;
        }
      }
      assertThat(indexed).isEqualTo(view.guests().size());
      read++;
    }
    return read;
  }

  private void put(ObjectKind kind, JsonNode object) {
    publisher.publish(state.put(kind, object, problem -> {}));
  }

  private static JsonNode pod(String phase) throws Exception {
    return JSON.readTree(
        """
        {"metadata":{"name":"a","namespace":"ns","labels":{"kubevirt.io":"virt-launcher"}},
         "spec":{"containers":[{"resources":{"limits":{"nvidia.com/L40S-24Q":"1"}}}]},
         "status":{"phase":"%s"}}
        """
            .formatted(phase));
  }

  private static JsonNode lease(String renewed) throws Exception {
    return JSON.readTree(
        """
        {"metadata":{"name":"beat","namespace":"ns","labels":{"vgpu-steward.io/heartbeat":"true"}},
         "spec":{"holderIdentity":"gpu-1","renewTime":"%s"}}
        """
            .formatted(renewed));
  }

  private static JsonNode machine(String name, String secret) throws Exception {
    return JSON.readTree(
        """
        {"metadata":{"name":"%s","namespace":"ns","resourceVersion":"1"},
         "spec":{"template":{"spec":{"volumes":[
           {"name":"c","cloudInitNoCloud":{"secretRef":{"name":"%s"}}}]}}}}
        """
            .formatted(name, secret));
  }
}
