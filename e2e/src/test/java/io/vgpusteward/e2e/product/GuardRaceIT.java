package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.UseRig;
import io.vgpusteward.e2e.rig.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Five clients, who may remove what nobody uses, edit the permitted list at random while machines
 * come and go. Whether what went was in use is found out from what the API server has answered
 * alone.
 */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuardRaceIT {
  private static final int CLIENTS = 5;
  private static final int EDITS = 500;
  private static final int RESOURCES = 8;
  private static final String KUBEVIRT =
      "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts/kubevirt";
  private static final String LIST = "/spec/configuration/permittedHostDevices/mediatedDevices";

  private static final String OTHER = "nvidia.com/L40S-24Q";
  private static final String PROBE = "example.com/probe";

  /** The view is fed by a watch: this is far above what one takes, and far below a blunder. */
  private static final Duration LAG = Duration.ofSeconds(1);

  /** An edit that passed: when it was asked for and answered, and the list that it left. */
  private record Edit(Instant asked, Instant answered, long version, Set<String> names) {}

  /** A machine and its resource, from the answer to its creation to the request to delete it. */
  private record Use(String resource, Instant from, Instant until) {}

  private final Product product;
  private final String namespace;
  private final String machines;
  private final AccountApi api;
  private final Queue<Edit> edits = new ConcurrentLinkedQueue<>();
  private final Queue<Use> uses = new ConcurrentLinkedQueue<>();
  private final Queue<Duration> lags = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inUse = new AtomicInteger();
  private final AtomicInteger otherwise = new AtomicInteger();

  GuardRaceIT(Rig rig) {
    this.namespace = rig.newNamespace();
    this.machines = "/apis/kubevirt.io/v1/namespaces/" + namespace + "/virtualmachines";
    this.product =
        Product.install(rig, "--guard-trusted=system:serviceaccount:" + namespace + ":editor");
    this.api = new AccountApi(rig, namespace, "editor");
  }

  @AfterAll
  void uninstall() {
    product.close();
  }

  @Test
  void randomEdits_loseNothingThatWasInUse() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    IntStream.range(0, RESOURCES).forEach(i -> all.add(entry(i)));
    edit("PATCH", "merge-patch", merge(all).toString());
    edit("PATCH", "merge-patch", pci(OTHER, PROBE).toString());

    AtomicBoolean done = new AtomicBoolean();
    List<CompletableFuture<Void>> tenants =
        IntStream.range(0, 3)
            .mapToObj(i -> CompletableFuture.runAsync(() -> comeAndGo(i, done)))
            .toList();
    CompletableFuture<Void> probe = CompletableFuture.runAsync(() -> measure(done));
    CompletableFuture.allOf(
            IntStream.range(0, CLIENTS)
                .mapToObj(i -> CompletableFuture.runAsync(() -> editAtRandom(i)))
                .toArray(CompletableFuture[]::new))
        .join();
    done.set(true);
    tenants.forEach(CompletableFuture::join);
    probe.join();

    check();
  }

  private void check() {
    List<Edit> order = new ArrayList<>(edits);
    order.sort((a, b) -> Long.compare(a.version(), b.version()));
    int removals = 0;
    Duration longest = Duration.ZERO;
    for (int i = 1; i < order.size(); i++) {
      Edit edit = order.get(i);
      Set<String> lost = new HashSet<>(order.get(i - 1).names());
      lost.removeAll(edit.names());
      removals += lost.size();
      for (Use use : uses) {
        if (lost.contains(use.resource())
            && use.from().isBefore(edit.asked())
            && use.until().isAfter(edit.answered())) {
          Duration used = Duration.between(use.from(), edit.asked());
          longest = used.compareTo(longest) > 0 ? used : longest;
        }
      }
    }
    List<Duration> sorted = lags.stream().sorted().toList();
    System.out.printf(
        "guard: %d edits, %d passed and took away %d entries, %d refused for use, %d otherwise;"
            + " %d machines; the guard said so %d ms after their creation in the middle and %d ms"
            + " at most of %d; the"
            + " longest use of what went was %d ms%n",
        EDITS,
        edits.size(),
        removals,
        inUse.get(),
        otherwise.get(),
        uses.size(),
        sorted.get(sorted.size() / 2).toMillis(),
        sorted.getLast().toMillis(),
        sorted.size(),
        longest.toMillis());
    assertThat(removals).isGreaterThan(20);
    assertThat(inUse.get()).isGreaterThan(20);
    assertThat(uses).hasSizeGreaterThan(10);
    assertThat(longest).isLessThan(LAG);
  }

  private void editAtRandom(int client) {
    Random random = new Random(client);
    for (int i = 0; i < EDITS / CLIENTS; i++) {
      JsonNode stored = api.get(KUBEVIRT).body();
      ArrayNode list = changed((ArrayNode) stored.at(LIST), random);
      switch (random.nextInt(4)) {
        case 0 -> edit("PATCH", "merge-patch", merge(list).toString());
        case 1 -> {
          ObjectNode whole = stored.deepCopy();
          ((ObjectNode) whole.at("/spec/configuration/permittedHostDevices"))
              .set("mediatedDevices", list);
          edit("PUT", "", whole.toString());
        }
        case 2 ->
            edit(
                "PATCH",
                "json-patch",
                "[{\"op\":\"remove\",\"path\":\"%s/%d\"}]"
                    .formatted(LIST, random.nextInt(Math.max(1, stored.at(LIST).size()))));
        default -> apply(client, list);
      }
    }
  }

  private void apply(int client, ArrayNode list) {
    ObjectNode applied = merge(list);
    applied.put("apiVersion", "kubevirt.io/v1").put("kind", "KubeVirt");
    applied.putObject("metadata").put("name", "kubevirt").put("namespace", "kubevirt");
    edit("PATCH?force=true&fieldManager=client-" + client, "apply-patch", applied.toString());
  }

  /** One entry less, or one more, in another order. */
  private static ArrayNode changed(ArrayNode list, Random random) {
    List<JsonNode> entries = new ArrayList<>();
    list.forEach(entries::add);
    Collections.shuffle(entries, random);
    if (random.nextInt(3) == 0 || entries.size() < 3) {
      ObjectNode more = entry(random.nextInt(RESOURCES));
      if (!entries.contains(more)) {
        entries.add(more);
      }
    } else {
      entries.removeLast();
    }
    return JsonNodeFactory.instance.arrayNode().addAll(entries);
  }

  private void edit(String verb, String patchType, String body) {
    String query = verb.contains("?") ? verb.substring(verb.indexOf('?')) : "";
    Instant asked = Instant.now();
    AccountApi.Answer answer =
        api.send(verb.replace(query, ""), KUBEVIRT + query, type(patchType), body);
    Instant answered = Instant.now();
    if (answer.isOk()) {
      edits.add(
          new Edit(
              asked,
              answered,
              answer.body().at("/metadata/resourceVersion").asLong(),
              Set.copyOf(answer.body().at(LIST).findValuesAsText("resourceName"))));
    } else if (answer.message().contains("[permitted-lost-in-use]")) {
      inUse.incrementAndGet();
    } else {
      otherwise.incrementAndGet();
      assertThat(answer.code()).as(answer.message()).isIn(409, 422);
    }
  }

  private static String type(String patchType) {
    return switch (patchType) {
      case "" -> "application/json";
      case "apply-patch" -> "application/apply-patch+yaml";
      default -> "application/" + patchType + "+json";
    };
  }

  /** A tenant: a machine with some device, for a while. */
  private void comeAndGo(int tenant, AtomicBoolean done) {
    Random random = new Random(100 + tenant);
    for (int i = 0; !done.get(); i++) {
      String name = "vm-" + tenant + "-" + i;
      String resource = "example.com/r" + random.nextInt(RESOURCES);
      if (create(name, resource)) {
        Instant from = Instant.now();
        // As long as some other requests take.
        IntStream.range(0, random.nextInt(150)).forEach(n -> api.get(KUBEVIRT));
        uses.add(new Use(resource, from, Instant.now()));
        api.send("DELETE", machines + "/" + name, "application/json", "");
      }
    }
  }

  /** How long it takes until the guard knows of a machine that has been created. */
  private void measure(AtomicBoolean done) {
    for (int i = 0; !done.get() || lags.isEmpty(); i++) {
      if (!create("probe-" + i, PROBE)) {
        continue;
      }
      Instant created = Instant.now();
      while (mayGo()) {
        // The next request is the next sample.
      }
      lags.add(Duration.between(created, Instant.now()));
      api.send("DELETE", machines + "/probe-" + i, "application/json", "");
      Wait.until("the machine is gone", this::mayGo);
    }
  }

  /** Whether the guard would let the entry go that the probes use. */
  private boolean mayGo() {
    AccountApi.Answer answer =
        api.send("PATCH", KUBEVIRT + "?dryRun=All", type("merge-patch"), pci(OTHER).toString());
    assertThat(answer.isOk() || answer.message().contains("[permitted-lost-in-use]"))
        .as(answer.message())
        .isTrue();
    return answer.isOk();
  }

  private boolean create(String name, String resource) {
    return api.send(
            "POST",
            machines,
            "application/json",
            """
            {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": {"name": "%s"},
             "spec": {"runStrategy": "Halted", "template": {"spec": {"domain": {
               "memory": {"guest": "64Mi"},
               "devices": {"gpus": [{"name": "g", "deviceName": "%s"}]}}}}}}
            """
                .formatted(name, resource))
        .isOk();
  }

  private static ObjectNode merge(ArrayNode list) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("spec")
        .putObject("configuration")
        .putObject("permittedHostDevices")
        .set("mediatedDevices", list);
    return patch;
  }

  private static ObjectNode pci(String... resources) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ArrayNode list =
        patch
            .putObject("spec")
            .putObject("configuration")
            .putObject("permittedHostDevices")
            .putArray("pciHostDevices");
    for (String resource : resources) {
      list.addObject()
          .put("pciVendorSelector", resource.equals(PROBE) ? "10DE:FFFF" : "10DE:26B9")
          .put("resourceName", resource);
    }
    return patch;
  }

  private static ObjectNode entry(int i) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("mdevNameSelector", "TYPE-" + i)
        .put("resourceName", "example.com/r" + i);
  }
}
