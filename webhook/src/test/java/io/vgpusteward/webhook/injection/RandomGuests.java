package io.vgpusteward.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Virtual machines as users write them, drawn at random: names that collide with ours, every form
 * of cloud-init, affinities, resources, instancetypes, parts that are missing or null.
 */
final class RandomGuests {
  private static final Map<String, JsonNode> PARSED = new ConcurrentHashMap<>();

  private final Random random;

  RandomGuests(Random random) {
    this.random = random;
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  @SafeVarargs
  final <T> T one(T... of) {
    return of[random.nextInt(of.length)];
  }

  /** A piece of YAML, parsed once. */
  static JsonNode yaml(String text) {
    return PARSED.computeIfAbsent(text, Fixture::yaml).deepCopy();
  }

  /** A virtual machine that asks for something, or for nothing. */
  ObjectNode guest() {
    ObjectNode vm = (ObjectNode) yaml("{apiVersion: kubevirt.io/v1, kind: VirtualMachine}");
    ObjectNode metadata = vm.putObject("metadata");
    metadata.put(chance(80) ? "name" : "generateName", "desktop");
    ObjectNode spec = vm.putObject("spec");
    spec.put("runStrategy", "Always").set("fromTheFuture", yaml("{deep: [1, {a: null}]}"));
    if (chance(90)) {
      ObjectNode template = spec.putObject("template");
      template.set("metadata", yaml(one("null", "{}", "{labels: {a: b}}", "{annotations: {}}")));
      if (chance(95)) {
        instance(template.putObject("spec"));
      }
    }
    if (chance(20)) {
      spec.set("instancetype", yaml(one("{name: gpu}", "{name: fpga}", "{name: unknown}")));
    }
    metadata.set("annotations", yaml(one("null", "{}", "{user: own}", "{user: own}")));
    if (chance(70)) {
      ask(vm);
    }
    return vm;
  }

  /** Changes what the annotations ask for. */
  void ask(ObjectNode vm) {
    ObjectNode annotations = member((ObjectNode) vm.path("metadata"), "annotations");
    annotations.remove(
        List.of("vgpu-steward.io/profile", "vgpu-steward.io/count", "vgpu-steward.io/license"));
    if (chance(70)) {
      annotations.put("vgpu-steward.io/profile", one("L40S-24Q", "L40S-12Q", "L4-6Q"));
      if (chance(40)) {
        annotations.put("vgpu-steward.io/count", one("1", "2", "3"));
      }
    }
    if (chance(25)) {
      annotations.put("vgpu-steward.io/license", "true");
    }
  }

  /** Draws one part of a manifest anew, as its author would between two applies. */
  void rewrite(ObjectNode vm) {
    if (!(Fixture.spec(vm, "") instanceof ObjectNode instance)) {
      return;
    }
    switch (random.nextInt(7)) {
      case 0 -> storage(instance);
      case 1 -> devices(instance);
      case 2 -> affinity(instance);
      case 3 -> resources(instance);
      case 4 -> ask(vm);
      case 5 -> ((ObjectNode) vm.path("metadata")).withObject("/annotations").put("user", text());
      default -> member(instance, "domain").set("cpu", yaml("{cores: " + random.nextInt(9) + "}"));
    }
  }

  private void instance(ObjectNode instance) {
    if (chance(90)) {
      storage(instance);
      devices(instance);
    }
    affinity(instance);
    resources(instance);
    if (chance(20)) {
      instance.put("schedulerName", one("mine", ""));
    }
    if (chance(5)) {
      member(instance, "domain").set("features", yaml("{hyperv: {relaxed: {}}}"));
    }
    instance.set("fromTheFuture", yaml("[{x: y}, null, 3]"));
  }

  private void storage(ObjectNode instance) {
    ArrayNode volumes = instance.putArray("volumes");
    ObjectNode devices = member(member(instance, "domain"), "devices");
    ArrayNode disks = devices.putArray("disks");
    boolean named = chance(70);
    for (String name : List.of("root", "vgpu-license", "data", "vgpu-license-1")) {
      if (!chance(40)) {
        continue;
      }
      volumes.addObject().put("name", name).set("dataVolume", yaml("{name: " + name + "}"));
      if (named) {
        disks.addObject().put("name", name).set("disk", yaml("{bus: sata}"));
      }
    }
    if (chance(60)) {
      String name = one("cloudinit", "cloudinit", "vgpu-license-2");
      ObjectNode volume = volumes.insertObject(random.nextInt(volumes.size() + 1));
      volume.put("name", name);
      cloudInit(volume.putObject(one("cloudInitNoCloud", "cloudInitConfigDrive")));
      if (named) {
        disks.addObject().put("name", name).set("cdrom", yaml("{bus: sata}"));
      }
    }
    if (disks.isEmpty() && chance(70)) {
      devices.remove("disks");
    }
    if (volumes.isEmpty() && chance(70)) {
      instance.remove("volumes");
    }
  }

  /** Writes one source of user data, or none, into a cloud-init volume. */
  void cloudInit(ObjectNode source) {
    source.remove(List.of("userData", "userDataBase64", "secretRef"));
    switch (random.nextInt(9)) {
      case 0, 1 -> source.put("userData", text());
      case 2 -> source.put("userData", "#!/bin/sh\n" + "# padding\n".repeat(300) + text());
      case 3 -> source.put("userDataBase64", base64(text()));
      case 4 -> source.put("userDataBase64", base64(text() + "#".repeat(3000)));
      case 5, 6 -> source.set("secretRef", yaml("{name: mine-" + random.nextInt(3) + "}"));
      case 7 -> source.put("userData", "{\"ignition\": {\"version\": \"3.4.0\"}}");
      default -> source.put("userData", "");
    }
    if (chance(30)) {
      source.put("networkData", "version: 2");
    }
  }

  private void devices(ObjectNode instance) {
    ObjectNode devices = member(member(instance, "domain"), "devices");
    for (String field : List.of("gpus", "hostDevices")) {
      devices.remove(field);
      ArrayNode list = devices.putArray(field);
      for (String name : List.of("vgpu0", "vgpu1", "nic")) {
        if (chance(15)) {
          list.addObject()
              .put("name", name)
              .put("deviceName", one("example.com/fpga", "nvidia.com/GA102GL_A10"));
        }
      }
      if (chance(12)) {
        list.addObject()
            .put("name", "own-" + field)
            .put("deviceName", one("nvidia.com/L40S-24Q", "nvidia.com/L4-6Q", "nvidia.com/T4-2Q"))
            .put("tag", "keep");
      }
      if (list.isEmpty() && chance(80)) {
        devices.remove(field);
      }
    }
  }

  private void affinity(ObjectNode instance) {
    String required = "{nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: %s}}";
    instance.set(
        "affinity",
        yaml(
            one(
                "null",
                "{}",
                "{podAntiAffinity: {keep: me}}",
                "{nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]}}",
                required.formatted("{nodeSelectorTerms: []}"),
                required.formatted(
                    "{nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: Exists}]}, {},"
                        + " {matchFields: [{key: metadata.name, operator: In, values: [n]}]}]}"))));
    if (instance.path("affinity").isNull() && chance(70)) {
      instance.remove("affinity");
    }
  }

  private void resources(ObjectNode instance) {
    member(instance, "domain")
        .set(
            "resources",
            yaml(one("null", "{}", "{requests: {memory: 8Gi}}", "{limits: {cpu: '4'}}")));
  }

  private String text() {
    return one("#cloud-config\n", "#!/bin/sh\n") + "# " + random.nextInt(1000) + "\n";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts something of another type in a random place. */
  void spoil(ObjectNode vm) {
    JsonNode place = vm;
    while (true) {
      if (place instanceof ObjectNode object && !object.isEmpty()) {
        List<String> names = object.propertyStream().map(e -> e.getKey()).toList();
        String name = names.get(random.nextInt(names.size()));
        if (!object.get(name).isContainerNode() || chance(25)) {
          object.set(name, rubbish());
          return;
        }
        place = object.get(name);
      } else if (place instanceof ArrayNode array && !array.isEmpty()) {
        int index = random.nextInt(array.size());
        if (!array.get(index).isContainerNode() || chance(25)) {
          array.set(index, rubbish());
          return;
        }
        place = array.get(index);
      } else {
        return;
      }
    }
  }

  private JsonNode rubbish() {
    return yaml(one("null", "7", "'text'", "[]", "[1, null, {a: b}]", "{}", "{a: {b: 1}}", "true"));
  }

  private static ObjectNode member(ObjectNode of, String name) {
    return of.get(name) instanceof ObjectNode object ? object : of.putObject(name);
  }
}
