package io.vgpusteward.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Guests;
import io.vgpusteward.cluster.Instancetype;
import io.vgpusteward.cluster.Instancetypes;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.cluster.Node;
import io.vgpusteward.cluster.object.ObjectReader;
import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.admission.AdmissionResponse;
import io.vgpusteward.webhook.check.GuestChecks;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import io.vgpusteward.webhook.review.Decision;
import io.vgpusteward.webhook.review.Requester;
import io.vgpusteward.webhook.review.Review;
import io.vgpusteward.webhook.review.ReviewedKind;
import io.vgpusteward.webhook.sweep.Gap;
import io.vgpusteward.webhook.sweep.GapFinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A small cluster, and guests that are created and updated in it as kube-apiserver would have it.
 *
 * <p>Every admitted object is reviewed once more, as a second pass over the same request would: it
 * must come out as it went in, and the checks must find nothing missing. Every patch is applied,
 * and must give the decided object.
 */
public final class Fixture {
  static final String NAMESPACE = "tenant-a";
  static final ObjectMapper YAML = new YAMLMapper();

  private static final Policy INJECTION_ALONE =
      new Policy(
          Map.of(
              Rule.UNKNOWN_PROFILE, Mode.OFF,
              Rule.DEVICE_NOT_PERMITTED, Mode.OFF,
              Rule.TOO_MANY, Mode.OFF));

  private Set<String> gates = Set.of("HostDevices");
  private boolean kubeVirt = true;
  private String version = "v1.9.0";
  private PermittedDevices permitted = permitted();
  private List<String> missing = List.of();
  private Map<String, Map<String, String>> namespaces = Map.of();
  private final Map<Instancetypes.Key, Instancetype> instancetypes = new HashMap<>();
  private final Map<Instancetypes.Key, Instancetype> revisions = new HashMap<>();
  private final Map<Instancetypes.Key, Boolean> preferences = new HashMap<>();
  private final Map<GuestKey, Guest> guests = new HashMap<>();
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, NodeInventory> inventories = new HashMap<>();
  private final Map<String, LicenseFact> licenses = new HashMap<>();
  private Optional<String> evictionStrategy = Optional.empty();
  private InjectionSettings settings = InjectionSettings.defaults();
  private String uid = "0b9e4c1d-uid";

  public Fixture withoutHostDevicesGate() {
    gates = Set.of();
    return this;
  }

  public Fixture withoutKubeVirt() {
    kubeVirt = false;
    return this;
  }

  public Fixture version(String kubeVirtVersion) {
    version = kubeVirtVersion;
    return this;
  }

  public Fixture permitting(PermittedDevice... entries) {
    permitted = new PermittedDevices(List.of(entries));
    return this;
  }

  /** A node that is known by what its device plugins registered. */
  public Fixture node(String name, String resource, int count) {
    SortedMap<ResourceName, Integer> amounts =
        new TreeMap<>(Map.of(new ResourceName(resource), count));
    nodes.put(name, new Node(name, true, amounts, amounts, new TreeSet<>()));
    return this;
  }

  /** A node that is known by its inventory. */
  public Fixture node(NodeInventory inventory) {
    inventories.put(inventory.node(), inventory);
    return this;
  }

  public Fixture notReady(String what) {
    missing = List.of(what);
    return this;
  }

  public Fixture namespaceLabel(String key, String value) {
    namespaces = Map.of(NAMESPACE, Map.of(key, value));
    return this;
  }

  public Fixture extender(String scheduler) {
    settings =
        new InjectionSettings(
            Placement.EXTENDER, scheduler.isEmpty() ? Optional.empty() : Optional.of(scheduler));
    return this;
  }

  public Fixture affinity() {
    settings = InjectionSettings.defaults();
    return this;
  }

  public Fixture instancetype(String namespace, String name, Instancetype instancetype) {
    instancetypes.put(new Instancetypes.Key(namespace, name), instancetype);
    return this;
  }

  public Fixture revision(String name, Instancetype instancetype) {
    revisions.put(new Instancetypes.Key(NAMESPACE, name), instancetype);
    return this;
  }

  public Fixture windowsPreference(String name) {
    preferences.put(new Instancetypes.Key("", name), true);
    return this;
  }

  public Fixture guestWithSecret(String name, String secret) {
    GuestKey key = new GuestKey(GuestKey.Kind.VirtualMachine, NAMESPACE, name);
    guests.put(
        key,
        new Guest(
            key,
            "uid-" + name,
            Optional.empty(),
            true,
            false,
            false,
            Map.of(),
            Optional.of(secret),
            false));
    return this;
  }

  public Fixture uid(String newUid) {
    uid = newUid;
    return this;
  }

  public static Instancetype gpus(String... deviceNames) {
    return new Instancetype(List.of(deviceNames), List.of(), true, false, Optional.empty());
  }

  public static Instancetype hostDevices(String... deviceNames) {
    return new Instancetype(List.of(), List.of(deviceNames), false, true, Optional.empty());
  }

  public ClusterView view() {
    return ClusterView.builder(Instant.EPOCH)
        .missing(missing)
        .kubeVirt(
            kubeVirt
                ? Optional.of(
                    new KubeVirt(
                        "kubevirt",
                        "kubevirt",
                        permitted,
                        gates,
                        Optional.of(version),
                        "",
                        Map.of(),
                        evictionStrategy))
                : Optional.empty())
        .namespaceLabels(namespaces)
        .instancetypes(new Instancetypes(instancetypes, revisions, preferences, Map.of()))
        .guests(new Guests(guests))
        .nodes(nodes)
        .inventories(inventories)
        .licenses(licenses)
        .build();
  }

  private static PermittedDevices permitted() {
    return new PermittedDevices(
        List.of(
            pci("10DE:2236", "nvidia.com/GA102GL_A10", true),
            pci("10de:26b9", "nvidia.com/L40S-24Q", false),
            pci("10DE:27B8", "nvidia.com/L4-6Q", false),
            new PermittedDevice(
                PermittedDevice.Kind.MEDIATED,
                "GRID T4-2Q",
                new ResourceName("nvidia.com/T4-2Q"),
                false)));
  }

  public static PermittedDevice pci(String selector, String resource, boolean external) {
    return new PermittedDevice(
        PermittedDevice.Kind.PCI, selector, new ResourceName(resource), external);
  }

  /** The object as it is stored; fails where it is denied. */
  public ObjectNode create(ObjectNode object) {
    return admitted(decide(object, Optional.empty())).object();
  }

  public ObjectNode create(String file) {
    return create(guest(file));
  }

  public ObjectNode update(ObjectNode stored, ObjectNode next) {
    return admitted(decide(next, Optional.of(stored))).object();
  }

  public List<String> warnings(ObjectNode object) {
    return admitted(decide(object, Optional.empty())).warnings();
  }

  public Decision.Denied denied(ObjectNode object) {
    return denied(object, Optional.empty());
  }

  public Decision.Denied denied(ObjectNode object, Optional<ObjectNode> old) {
    Decision decision = decide(object, old);
    assertThat(decision).isInstanceOf(Decision.Denied.class);
    return (Decision.Denied) decision;
  }

  /** Asserts that the review leaves the object as it is. */
  public Decision.Admitted unchanged(ObjectNode object, Optional<ObjectNode> old) {
    Decision.Admitted decision = admitted(decide(object, old));
    assertThat(decision.changed()).as("changed to " + decision.object()).isFalse();
    return decision;
  }

  public static Decision.Admitted admitted(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Admitted.class);
    return (Decision.Admitted) decision;
  }

  public Decision decide(ObjectNode object, Optional<ObjectNode> old) {
    ObjectNode untouched = object.deepCopy();
    Optional<ObjectNode> untouchedOld = old.map(ObjectNode::deepCopy);
    Decision decision = review(object, old);
    assertThat(object).as("the reviewed object is not changed").isEqualTo(untouched);
    assertThat(old).as("the stored object is not changed").isEqualTo(untouchedOld);
    if (decision instanceof Decision.Admitted admitted) {
      JsonNode patch = AdmissionResponse.patch(object, admitted.object());
      assertThat(JsonPatch.apply(patch, object)).isEqualTo(admitted.object());
      assertThat(patch.isEmpty()).isEqualTo(!admitted.changed());
      Decision.Admitted second = admitted(review(admitted.object(), old));
      assertThat(second.object()).as("a second pass").isEqualTo(admitted.object());
      assertThat(second.changed()).as("a second pass gives no patch").isFalse();
      Decision checked = check(admitted.object(), old, INJECTION_ALONE);
      assertThat(checked).as("the check of the result").isInstanceOf(Decision.Admitted.class);
      if (old.isEmpty()) {
        assertThat(gap(admitted.object())).as("the sweep finds nothing").isEmpty();
      }
    }
    return decision;
  }

  private Optional<Gap> gap(ObjectNode stored) {
    ObjectNode named = stored.deepCopy();
    if (named.path("metadata") instanceof ObjectNode metadata) {
      metadata.put("namespace", NAMESPACE);
    }
    boolean isInstance = named.path("kind").asText().equals("VirtualMachineInstance");
    Guest guest =
        isInstance
            ? ObjectReader.virtualMachineInstance(named, problem -> {})
            : ObjectReader.virtualMachine(named, problem -> {});
    return new GapFinder(settings).gap(guest, view());
  }

  private Decision review(ObjectNode object, Optional<ObjectNode> old) {
    return new GuestMutation(settings).decide(reviewOf(object, old), view());
  }

  /** The checks, on the first day of 2026. */
  public GuestChecks checks(Policy policy) {
    return new GuestChecks(
        settings,
        policy,
        "vgpu-steward",
        InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
  }

  /** What is known of the licence Secret of a namespace. */
  public Fixture license(String namespace, LicenseFact fact) {
    licenses.put(namespace, fact);
    return this;
  }

  /** The eviction strategy of guests that have none of their own. */
  public Fixture evictionStrategy(String strategy) {
    evictionStrategy = Optional.of(strategy);
    return this;
  }

  /** The decision of the checks on a guest as it is to be stored. */
  public Decision check(ObjectNode object, Optional<ObjectNode> old, Policy policy) {
    return checks(policy).decide(reviewOf(object, old), view());
  }

  /** The settings of injection. */
  public InjectionSettings settings() {
    return settings;
  }

  /** The review of a guest that is created, or updated where there is an old one. */
  public Review reviewOf(ObjectNode object, Optional<ObjectNode> old) {
    return new Review(
        uid,
        ReviewedKind.of("kubevirt.io/v1", object.path("kind").asText()).orElseThrow(),
        old.isPresent() ? Review.Operation.UPDATE : Review.Operation.CREATE,
        NAMESPACE,
        object,
        old,
        Requester.UNKNOWN);
  }

  /** A guest of src/test/resources/guests. */
  public static ObjectNode guest(String file) {
    try (InputStream in =
        Objects.requireNonNull(Fixture.class.getResourceAsStream("/guests/" + file), file)) {
      return (ObjectNode) YAML.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A piece of YAML. */
  public static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static ObjectNode annotate(ObjectNode guest, String key, String value) {
    ((ObjectNode) guest.path("metadata")).withObjectProperty("annotations").put(key, value);
    return guest;
  }

  public static ObjectNode unannotate(ObjectNode guest, String key) {
    ((ObjectNode) guest.at("/metadata/annotations")).remove(key);
    return guest;
  }

  /** Replaces the member at a JSON pointer of the instance's spec. */
  public static ObjectNode set(ObjectNode vm, String pointer, String member, JsonNode value) {
    ((ObjectNode) spec(vm, pointer)).set(member, value);
    return vm;
  }

  public static JsonNode spec(JsonNode vm, String pointer) {
    return vm.at("/spec/template/spec" + pointer);
  }

  public static String annotation(JsonNode object, String key) {
    return object.path("metadata").path("annotations").path(key).asText();
  }
}
