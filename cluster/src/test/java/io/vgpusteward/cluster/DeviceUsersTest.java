package io.vgpusteward.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceUsersTest {
  private static final ResourceName L40S = new ResourceName("nvidia.com/L40S-24Q");
  private static final ResourceName A10 = new ResourceName("nvidia.com/A10-12Q");
  private static final Instancetype BRINGS_A10 =
      new Instancetype(List.of(), List.of("nvidia.com/A10-12Q"), false, true, Optional.empty());
  private static final PermittedDevices PERMITTED =
      new PermittedDevices(
          List.of(
              new PermittedDevice(PermittedDevice.Kind.PCI, "10DE:26B9", L40S, false),
              new PermittedDevice(PermittedDevice.Kind.PCI, "10DE:2236", A10, false)));

  private final Map<Instancetypes.Key, Instancetype> current = new LinkedHashMap<>();
  private final Map<Instancetypes.Key, Instancetype> revisions = new LinkedHashMap<>();

  @Test
  void guest_countsForItsListsAndItsInstancetype() {
    current.put(key("", "gpu"), BRINGS_A10);
    DeviceUsers users = of(machine("a", devices(Map.of(L40S, 2)).with("gpu"), Map.of()));
    assertThat(users.of(L40S))
        .extracting(DeviceUser::toString)
        .containsExactly("VirtualMachine team/a");
    assertThat(users.of(L40S).getFirst().devices())
        .isEqualTo(new TreeMap<>(Map.of(L40S, 2, A10, 1)));
    assertThat(users.resources()).containsExactly(A10, L40S);
    assertThat(users.isUsed(A10)).isTrue();
    assertThat(users.isUsed(new ResourceName("nvidia.com/A40-4Q"))).isFalse();
  }

  @Test
  void revisionThatTheGuestNames_winsOverTodaysInstancetype() {
    current.put(key("team", "gpu"), BRINGS_A10);
    revisions.put(
        key("team", "old"),
        new Instancetype(List.of("nvidia.com/L40S-24Q"), List.of(), true, false, Optional.empty()));
    GuestDevices devices =
        new GuestDevices(
            new TreeMap<>(),
            false,
            Optional.of(new InstancetypeReference(false, "gpu", Optional.of("old"))));
    assertThat(of(machine("a", devices, Map.of())).all())
        .extracting(DeviceUser::toString)
        .containsExactly(
            "VirtualMachine team/a",
            "VirtualMachineInstancetype team/gpu",
            "ControllerRevision team/old");
    assertThat(of(machine("a", devices, Map.of())).of(L40S)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "L40S-24Q, 1, 0, 1", // not injected yet
    "L40S-24Q, 3, 0, 3",
    "L40S-24Q, 3, 1, 3", // half done
    "L40S-24Q, 1, 2, 2", // done, and more
    "L40S-12Q, 1, 0, 1", // one PCI id has one resource
    "' L40S-24Q ', ' 2 ', 0, 2",
    "L40S-24Q, many, 0, 1",
    "A40-4Q, 1, 0, 0", // not permitted: nothing can be in use
    "nonsense, 1, 0, 0",
  })
  void annotation_countsForTheResourceThatAnswersIt(
      String profile, String count, int listed, int expected) {
    GuestDevices devices = listed == 0 ? GuestDevices.NONE : devices(Map.of(L40S, listed)).alone();
    Guest guest = machine("a", devices, Map.of(Keys.PROFILE, profile, Keys.COUNT, count));
    assertThat(of(guest).of(L40S).stream().map(user -> user.devices().get(L40S)).toList())
        .isEqualTo(expected == 0 ? List.of() : List.of(expected));
  }

  @Test
  void guestThatIsBeingDeleted_counts_andAnInstanceThatHasFinishedDoesNot() {
    GuestDevices devices = devices(Map.of(L40S, 1)).alone();
    Guest deleting = guest(GuestKey.Kind.VirtualMachine, "a", devices, Map.of(), true, false);
    Guest finished =
        guest(GuestKey.Kind.VirtualMachineInstance, "b", devices, Map.of(), false, true);
    Guest running =
        guest(GuestKey.Kind.VirtualMachineInstance, "c", devices, Map.of(), false, false);
    assertThat(of(deleting, finished, running).of(L40S))
        .extracting(DeviceUser::toString)
        .containsExactly("VirtualMachine team/a", "VirtualMachineInstance team/c");
  }

  @Test
  void order_isByKindThenNamespaceThenName() {
    current.put(key("", "z"), BRINGS_A10);
    current.put(key("team", "z"), BRINGS_A10);
    revisions.put(key("team", "z"), BRINGS_A10);
    GuestDevices devices = devices(Map.of(A10, 1)).alone();
    DeviceUsers users =
        new DeviceUsersMaker()
            .make(
                PERMITTED,
                instancetypes(),
                guests(
                    machine("b", devices, Map.of()),
                    guest(
                        GuestKey.Kind.VirtualMachineInstance, "a", devices, Map.of(), false, false),
                    machine("a", devices, Map.of())),
                List.of(
                    template(DeviceUser.Kind.VirtualMachineInstanceReplicaSet, "r", devices),
                    template(DeviceUser.Kind.VirtualMachineInstanceReplicaSet, "q", devices)),
                List.of(template(DeviceUser.Kind.VirtualMachinePool, "a", devices)),
                Launchers.of(List.of(launcher("p", A10))));
    List<String> expected =
        List.of(
            "VirtualMachine team/a",
            "VirtualMachine team/b",
            "VirtualMachineInstance team/a",
            "Pod team/p",
            "VirtualMachineInstanceReplicaSet team/q",
            "VirtualMachineInstanceReplicaSet team/r",
            "VirtualMachinePool team/a",
            "VirtualMachineInstancetype team/z",
            "VirtualMachineClusterInstancetype z",
            "ControllerRevision team/z");
    assertThat(users.of(A10)).extracting(DeviceUser::toString).isEqualTo(expected);
    assertThat(users.all()).isEqualTo(users.of(A10));
    assertThat(users.of(A10).stream().map(DeviceUser::kind).distinct())
        .containsExactly(DeviceUser.Kind.values());
    assertThatThrownBy(() -> users.of(A10).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void template_countsByItsInstancetypeAndItsAnnotation() {
    current.put(key("", "gpu"), BRINGS_A10);
    GuestTemplate pool =
        new GuestTemplate(
            DeviceUser.Kind.VirtualMachinePool,
            "team",
            "p",
            Map.of(Keys.PROFILE, "L40S-24Q"),
            devices(Map.of()).with("gpu"));
    DeviceUsers users =
        new DeviceUsersMaker()
            .make(PERMITTED, instancetypes(), guests(), List.of(), List.of(pool), Launchers.none());
    assertThat(users.of(L40S).getFirst().devices())
        .isEqualTo(new TreeMap<>(Map.of(L40S, 1, A10, 1)));
  }

  @Test
  void hostDevices_areToldApart_evenWithoutADeviceName() {
    current.put(key("", "gpu"), BRINGS_A10);
    DeviceUsers users =
        of(
            machine("by-type", devices(Map.of()).with("gpu"), Map.of()),
            machine("gpus", devices(Map.of(L40S, 1)).alone(), Map.of()),
            machine("claim", new GuestDevices(new TreeMap<>(), true, Optional.empty()), Map.of()));
    assertThat(users.withHostDevices())
        .extracting(DeviceUser::toString)
        .containsExactly(
            "VirtualMachine team/by-type",
            "VirtualMachine team/claim",
            "VirtualMachineClusterInstancetype gpu");
    assertThat(users.all()).extracting(DeviceUser::name).doesNotContain("claim");
  }

  @Test
  void partsWhoseSourcesStay_areMadeOnce() {
    DeviceUsersMaker maker = new DeviceUsersMaker();
    Guests guests = guests(machine("a", devices(Map.of(L40S, 1)).alone(), Map.of()));
    Instancetypes types = instancetypes();
    Launchers pods = Launchers.of(List.of(launcher("p", L40S)));
    DeviceUsers first = maker.make(PERMITTED, types, guests, List.of(), List.of(), pods);
    DeviceUsers second =
        maker.make(PERMITTED, types, guests, List.of(), List.of(), Launchers.none());
    assertThat(second.of(L40S)).hasSize(1);
    assertThat(second.of(L40S).getFirst()).isSameAs(first.of(L40S).getFirst());
    assertThat(first.of(L40S)).hasSize(2);
    DeviceUsers third =
        maker.make(PERMITTED, types, guests(), List.of(), List.of(), Launchers.none());
    assertThat(third.of(L40S)).isEmpty();
  }

  @Test
  void given_areFoundAgain() {
    DeviceUser user =
        new DeviceUser(DeviceUser.Kind.Pod, "team", "p", new TreeMap<>(Map.of(L40S, 1)));
    assertThat(DeviceUsers.of(List.of(user)).of(L40S)).containsExactly(user);
    assertThat(DeviceUsers.none().resources()).isEmpty();
    assertThat(DeviceUsers.of(List.of(user)).toString()).contains("nvidia.com/L40S-24Q");
  }

  private DeviceUsers of(Guest... guests) {
    return new DeviceUsersMaker()
        .make(PERMITTED, instancetypes(), guests(guests), List.of(), List.of(), Launchers.none());
  }

  private Instancetypes instancetypes() {
    return new Instancetypes(current, revisions, Map.of(), Map.of());
  }

  private static Guests guests(Guest... guests) {
    Map<GuestKey, Guest> all = new LinkedHashMap<>();
    Arrays.asList(guests).forEach(guest -> all.put(guest.key(), guest));
    return new Guests(all);
  }

  private static Instancetypes.Key key(String namespace, String name) {
    return new Instancetypes.Key(namespace, name);
  }

  private record Listed(SortedMap<ResourceName, Integer> counts) {
    GuestDevices alone() {
      return new GuestDevices(counts, false, Optional.empty());
    }

    GuestDevices with(String clusterInstancetype) {
      return new GuestDevices(
          counts,
          false,
          Optional.of(new InstancetypeReference(true, clusterInstancetype, Optional.empty())));
    }
  }

  private static Listed devices(Map<ResourceName, Integer> counts) {
    return new Listed(new TreeMap<>(counts));
  }

  private static GuestTemplate template(DeviceUser.Kind kind, String name, GuestDevices devices) {
    return new GuestTemplate(kind, "team", name, Map.of(), devices);
  }

  private static LauncherPod launcher(String name, ResourceName resource) {
    return new LauncherPod(
        "team",
        name,
        "uid-" + name,
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(Map.of(resource, 1)),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static Guest machine(String name, GuestDevices devices, Map<String, String> annotations) {
    return guest(GuestKey.Kind.VirtualMachine, name, devices, annotations, false, false);
  }

  private static Guest guest(
      GuestKey.Kind kind,
      String name,
      GuestDevices devices,
      Map<String, String> annotations,
      boolean deleting,
      boolean finished) {
    return new Guest(
        new GuestKey(kind, "team", name),
        "uid",
        Optional.empty(),
        false,
        deleting,
        finished,
        annotations,
        Optional.empty(),
        false,
        devices,
        Traces.NONE,
        false,
        false,
        false);
  }
}
