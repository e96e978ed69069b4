package io.vgpusteward.webhook.injection;

import static io.vgpusteward.webhook.injection.Fixture.annotation;
import static io.vgpusteward.webhook.injection.Fixture.spec;
import static io.vgpusteward.webhook.injection.RandomGuests.yaml;
import static io.vgpusteward.webhook.injection.Shapes.assertContains;
import static io.vgpusteward.webhook.injection.Shapes.list;
import static io.vgpusteward.webhook.injection.Shapes.object;
import static io.vgpusteward.webhook.injection.Shapes.tidy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.vgpu.ResourceName;
import io.vgpusteward.webhook.guest.Injected;
import io.vgpusteward.webhook.review.Decision;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for every virtual machine and every sequence of edits. A failure names the seed of its
 * case, which gives the same case again.
 *
 * <p>Beside the stored guest goes the guest as its user wrote it, without anything of ours: nothing
 * of that may ever be lost, and it is what must be left when the request is withdrawn. {@link
 * Fixture} adds that a second pass changes nothing and that the patch gives the decided object.
 */
class MutationPropertyTest {
  private static final long FIXED_SEED = 20_250_117L;
  private static final int CASES = 1_500;
  private static final String PREFIX = "vgpu-steward.io/";
  private static final List<String> SOURCES = List.of("userData", "userDataBase64", "secretRef");
  private static final List<String> CLOUD_INIT =
      List.of("cloudInitNoCloud", "cloudInitConfigDrive");

  static LongStream seeds() {
    return LongStream.of(FIXED_SEED, new Random().nextLong());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anySequenceOfEdits_keepsWhatTheUserWrote(long seed) {
    for (int number = 0; number < CASES; number++) {
      inCase(seed + number, MutationPropertyTest::runSequence);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void malformedParts_areAnswered_andNeverThrow(long seed) {
    for (int number = 0; number < CASES; number++) {
      inCase(
          seed + number,
          random -> {
            RandomGuests guests = new RandomGuests(random);
            Fixture cluster = cluster(guests);
            ObjectNode good = guests.guest();
            Decision first = cluster.decide(good, Optional.empty());
            ObjectNode stored = first instanceof Decision.Admitted a ? a.object() : good;
            ObjectNode spoilt = (guests.chance(50) ? good : stored).deepCopy();
            int times = 1 + random.nextInt(3);
            for (int time = 0; time < times; time++) {
              guests.spoil(spoilt);
            }
            spoilt.put("kind", "VirtualMachine");
            Optional<ObjectNode> old = guests.chance(50) ? Optional.of(stored) : Optional.empty();
            cluster.decide(spoilt, old);
            cluster.decide(stored, Optional.of(spoilt));
          });
    }
  }

  private interface Case {
    void run(Random random);
  }

  private static void inCase(long seed, Case what) {
    try {
      what.run(new Random(seed));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("the case of seed " + seed + "L: " + e.getMessage(), e);
    }
  }

  private static Fixture cluster(RandomGuests guests) {
    Fixture cluster =
        new Fixture()
            .instancetype("", "gpu", Fixture.gpus("nvidia.com/L40S-24Q"))
            .instancetype("", "fpga", Fixture.hostDevices("example.com/fpga"));
    if (guests.chance(40)) {
      cluster.extender(guests.one("", "gpu-scheduler"));
    }
    return cluster;
  }

  private static void runSequence(Random random) {
    RandomGuests guests = new RandomGuests(random);
    Fixture cluster = cluster(guests);
    ObjectNode user = guests.guest();
    ObjectNode stored = user.deepCopy(); // one that is older than we
    if (guests.chance(85)) {
      stored = cluster.create(user);
      check(user, stored);
      if (guests.chance(40)) { // another webhook edits, and the request comes again
        ObjectNode edited = stored.deepCopy();
        mergeEdit(guests, random.nextLong(), user, edited);
        stored = cluster.create(edited);
        check(user, stored);
      }
    }
    name(user);
    name(stored);
    int edits = random.nextInt(5);
    for (int edit = 0; edit < edits; edit++) {
      if (guests.chance(10)) {
        cluster.affinity();
      }
      stored = edited(cluster, guests, random, user, stored);
      check(user, stored);
    }
    withdraw(cluster, user, stored);
  }

  private static void name(ObjectNode vm) {
    ((ObjectNode) vm.path("metadata")).put("name", "desktop");
  }

  /** One operation of a client, on the user's own guest and on the stored one. */
  private static ObjectNode edited(
      Fixture cluster, RandomGuests guests, Random random, ObjectNode user, ObjectNode stored) {
    ObjectNode next = stored.deepCopy();
    switch (random.nextInt(7)) {
      case 0 -> { // replace: nothing of ours is in it
        guests.rewrite(user);
        next = user.deepCopy();
      }
      case 1, 2 -> { // apply: the same, and annotations that the manifest never had stay
        guests.rewrite(user);
        next = user.deepCopy();
        keepAnnotations(stored, next);
      }
      case 3 -> mergeEdit(guests, random.nextLong(), user, next);
      case 4 -> {
        long choice = random.nextLong();
        new RandomGuests(new Random(choice)).ask(user);
        new RandomGuests(new Random(choice)).ask(next);
      }
      case 5 -> dropRecords(guests, next);
      default -> {
        meddleElsewhere(guests, next);
        cluster.unchanged(next, Optional.of(stored));
        return stored;
      }
    }
    return cluster.update(stored, next);
  }

  private static void keepAnnotations(ObjectNode from, ObjectNode to) {
    for (var entry : from.at("/metadata/annotations").properties()) {
      String key = entry.getKey();
      if (key.startsWith(PREFIX + "user-data") || key.equals(PREFIX + "injected")) {
        ((ObjectNode) to.path("metadata"))
            .withObject("/annotations")
            .set(key, entry.getValue().deepCopy());
      }
    }
  }

  private static void dropRecords(RandomGuests guests, ObjectNode vm) {
    if (vm.at("/metadata/annotations") instanceof ObjectNode annotations) {
      boolean record = guests.chance(60);
      boolean data = !record || guests.chance(50);
      if (record) {
        annotations.remove(PREFIX + "injected");
      }
      if (data) {
        annotations.remove(
            List.of(
                PREFIX + "user-data", PREFIX + "user-data-encoding", PREFIX + "user-data-secret"));
      }
    }
  }

  /** Edits that are no business of ours. */
  private static void meddleElsewhere(RandomGuests guests, ObjectNode vm) {
    switch (guests.one("labels", "finalizers", "status", "annotation", "runStrategy")) {
      case "labels" -> ((ObjectNode) vm.path("metadata")).set("labels", yaml("{a: b}"));
      case "finalizers" -> ((ObjectNode) vm.path("metadata")).set("finalizers", yaml("[f]"));
      case "status" -> vm.set("status", yaml("{snapshotInProgress: s}"));
      case "annotation" -> Fixture.annotate(vm, "restore.kubevirt.io/x", "y");
      default -> ((ObjectNode) vm.path("spec")).put("runStrategy", "Halted");
    }
  }

  /** The same edit to both: a value set, or one more item in a list. */
  private static void mergeEdit(
      RandomGuests guests, long choice, ObjectNode user, ObjectNode stored) {
    if (!(spec(user, "") instanceof ObjectNode)) {
      return;
    }
    String kind = guests.one("cpu", "memory", "device", "volume", "term", "cloudInit");
    for (ObjectNode vm : List.of(user, stored)) {
      ObjectNode instance = (ObjectNode) spec(vm, "");
      switch (kind) {
        case "cpu" -> instance.withObject("/domain").set("cpu", yaml("{cores: 12}"));
        case "memory" ->
            object(object(object(instance, "domain"), "resources"), "requests").put("memory", "9G");
        case "device" ->
            list(object(object(instance, "domain"), "devices"), "hostDevices")
                .add(yaml("{name: added" + choice + ", deviceName: example.com/nic}"));
        case "volume" ->
            list(instance, "volumes")
                .add(yaml("{name: added" + choice + ", emptyDisk: {capacity: 1Gi}}"));
        case "term" ->
            list(
                    object(
                        object(object(instance, "affinity"), "nodeAffinity"),
                        "requiredDuringSchedulingIgnoredDuringExecution"),
                    "nodeSelectorTerms")
                .add(yaml("{matchExpressions: [{key: rack, operator: Exists}]}"));
        default -> userDataBesideThePointer(user, vm, choice);
      }
    }
  }

  private static void userDataBesideThePointer(ObjectNode user, ObjectNode vm, long choice) {
    Optional<ObjectNode> own = volume(user);
    if (own.isEmpty()) {
      return;
    }
    for (JsonNode volume : spec(vm, "/volumes")) {
      if (volume.path("name").equals(own.get().path("name"))) {
        ObjectNode source = source((ObjectNode) volume);
        String secret = source.path("secretRef").path("name").asText();
        source.remove(List.of("userData", "userDataBase64"));
        if (!secret.startsWith("vgpu-steward-user-data-")) {
          source.remove("secretRef");
        }
        source.put("userData", "#!/bin/sh\n# " + choice + "\n");
      }
    }
  }

  /** What holds of every stored guest. */
  private static void check(ObjectNode user, ObjectNode stored) {
    ObjectNode own = tidy(user);
    volume(own).ifPresent(volume -> source(volume).remove(SOURCES));
    assertContains("", tidy(own), stored);
    long volumes = 0;
    for (JsonNode volume : spec(stored, "/volumes")) {
      volumes += CLOUD_INIT.stream().filter(volume::has).count();
    }
    assertThat(volumes).as("cloud-init volumes").isLessThanOrEqualTo(1);
    Optional<Injected> record =
        Optional.of(annotation(stored, PREFIX + "injected"))
            .filter(text -> !text.isEmpty())
            .map(Injected::parse);
    record.ifPresent(injected -> assertPresent(injected, stored));
    ObjectNode written = sourceOf(user);
    if (record.flatMap(Injected::cloudInit).isPresent()) {
      assertKept(written, stored);
    } else {
      assertThat(tidy(sourceOf(stored))).as("user data left alone").isEqualTo(tidy(written));
    }
    assertFirstDisk(user, stored);
  }

  /** KubeVirt appends a disk for each volume that has none, and boots from the first disk. */
  private static void assertFirstDisk(ObjectNode user, ObjectNode stored) {
    List<String> own = disks(user);
    if (!own.isEmpty() && !own.get(0).startsWith("added")) {
      assertThat(disks(stored)).as("disks").first().isEqualTo(own.get(0));
    }
  }

  private static List<String> disks(ObjectNode vm) {
    Set<String> names = new LinkedHashSet<>();
    spec(vm, "/domain/devices/disks").forEach(disk -> names.add(disk.path("name").asText()));
    spec(vm, "/volumes").forEach(volume -> names.add(volume.path("name").asText()));
    return List.copyOf(names);
  }

  private static void assertPresent(Injected injected, ObjectNode stored) {
    for (Injected.Device device : injected.devices()) {
      JsonNode list = spec(stored, "/domain/devices/" + injected.deviceField());
      assertThat(list)
          .as("the device " + device)
          .anyMatch(item ->
              item.path("name").asText().equals(device.name())
                  && item.path("deviceName").asText().equals(device.deviceName()));
    }
    injected
        .cloudInit()
        .ifPresent(pointer ->
            assertThat(volume(stored).map(v -> source(v).at("/secretRef/name").asText()))
                .as("the pointer")
                .contains(pointer.secret()));
  }

  private static void assertKept(JsonNode written, ObjectNode stored) {
    String base64 = written.path("userDataBase64").asText();
    String inline = base64.isEmpty() ? written.path("userData").asText() : base64;
    assertThat(annotation(stored, PREFIX + "user-data")).as("kept data").isEqualTo(inline);
    assertThat(annotation(stored, PREFIX + "user-data-encoding"))
        .as("kept encoding")
        .isEqualTo(base64.isEmpty() ? "" : "base64");
    assertThat(annotation(stored, PREFIX + "user-data-secret"))
        .as("kept Secret")
        .isEqualTo(written.at("/secretRef/name").asText());
  }

  /** Nothing is asked for any more, in any form: only what the user wrote may be left. */
  private static void withdraw(Fixture cluster, ObjectNode user, ObjectNode stored) {
    ObjectNode next = stored.deepCopy();
    for (ObjectNode vm : List.of(user, next)) {
      if (vm.at("/metadata/annotations") instanceof ObjectNode annotations) {
        annotations.remove(List.of(PREFIX + "profile", PREFIX + "count", PREFIX + "license"));
      }
      ((ObjectNode) vm.path("spec")).remove("instancetype");
      object(object(object((ObjectNode) vm.path("spec"), "template"), "metadata"), "labels")
          .put("asks", "nothing");
      for (String field : List.of("/gpus", "/hostDevices")) {
        if (spec(vm, "/domain/devices" + field) instanceof ArrayNode list) {
          list.removeIf(item ->
              item.path("name").asText().startsWith("own-")
                  && new ResourceName(item.path("deviceName").asText()).profile().isPresent());
        }
      }
    }
    ObjectNode left = cluster.update(stored, next);
    ObjectNode expected = tidy(user);
    if (left.at("/metadata/annotations").has(PREFIX + "user-data")) {
      keepAnnotations(left, expected); // too big to be inline
      ObjectNode source = source(volume(expected).orElseThrow());
      assertThat(decodedLength(source)).isGreaterThan(2048);
      assertKept(source, left);
      source.remove(SOURCES);
      source.set("secretRef", source(volume(left).orElseThrow()).path("secretRef"));
    }
    assertThat(tidy(left)).as("after the withdrawal").isEqualTo(expected);
  }

  private static int decodedLength(JsonNode source) {
    return source.has("userDataBase64")
        ? Base64.getDecoder().decode(source.path("userDataBase64").asText()).length
        : source.path("userData").asText().getBytes(StandardCharsets.UTF_8).length;
  }

  private static Optional<ObjectNode> volume(JsonNode vm) {
    for (JsonNode volume : spec(vm, "/volumes")) {
      if (CLOUD_INIT.stream().anyMatch(volume::has)) {
        return Optional.of((ObjectNode) volume);
      }
    }
    return Optional.empty();
  }

  private static ObjectNode sourceOf(ObjectNode vm) {
    return volume(vm).map(MutationPropertyTest::source).orElseGet(vm::objectNode);
  }

  private static ObjectNode source(ObjectNode volume) {
    String kind = CLOUD_INIT.stream().filter(volume::has).findFirst().orElseThrow();
    return (ObjectNode) volume.get(kind);
  }
}
