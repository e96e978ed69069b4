package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.e2e.rig.Pki.Pair;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Schedulers with a configuration of a test's own, and nodes that are objects only. */
@UseRig({Component.CONTROLLER_MANAGER, Component.SCHEDULER, Component.KUBEVIRT})
final class KubeSchedulerIT {
  private static final String NAME = "tried-scheduler";
  private static final String MANAGED = "example.com/managed";

  private final Rig rig;

  KubeSchedulerIT(Rig rig) {
    this.rig = rig;
  }

  @Test
  void manyNodes_takePods() {
    List<Nodes.Wish> wishes =
        IntStream.range(0, 100)
            .mapToObj(i ->
                new Nodes.Wish("many-" + i, Map.of("many", ""), Map.of("example.com/gpu", "2")))
            .toList();
    Nodes.create(rig.api(), wishes);
    assertThat(rig.kubectl().get("nodes", "-l", "many").path("items")).hasSize(100);
    JsonNode one = rig.kubectl().get("node", "many-7");
    assertThat(one.at("/status/allocatable/example.com~1gpu").asText()).isEqualTo("2");
    rig.api().deleteAll("/api/v1/nodes", "many");
  }

  @Test
  void anotherScheduler_placesItsOwnPods_alsoWhileItsExtenderIsSilent() {
    Nodes.create(rig.kubectl(), "tried", Map.of("test", "tried"), Map.of());
    String namespace = rig.newNamespace();
    Pair client = rig.authority().client(NAME, List.of());
    try (Relay silent = Relay.to(rig, List.of())) {
      silent.swallow(true);
      String configuration =
          new SchedulerConfiguration(rig, NAME)
              .impatient()
              .withExtender(
                  "https://127.0.0.1:" + silent.port() + "/scheduler",
                  rig.authority().authority().certificate(),
                  client,
                  MANAGED)
              .toString();
      try (KubeScheduler _ = KubeScheduler.start(rig, NAME, configuration)) {
        rig.kubectl().apply(pod("managed", "{%s: 1}".formatted(MANAGED)), "-n", namespace);
        Wait.until(
            "its extender did not answer",
            () -> condition(namespace, "managed").contains("context deadline exceeded"));

        rig.kubectl().apply(pod("plain", "{}"), "-n", namespace);
        Wait.until("the other pod is placed", () -> node(namespace, "plain").equals("tried"));
        assertThat(node(namespace, "managed")).isEmpty();
      }
      rig.kubectl().apply(pod("late", "{}"), "-n", namespace);
    }
    assertThat(node(namespace, "late")).isEmpty();
  }

  private String node(String namespace, String pod) {
    return rig.kubectl().get("pod", pod, "-n", namespace).at("/spec/nodeName").asText();
  }

  private String condition(String namespace, String pod) {
    return rig.kubectl().get("pod", pod, "-n", namespace).at("/status/conditions").toString();
  }

  private static String pod(String name, String resources) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      schedulerName: %s
      nodeSelector: {test: tried}
      containers:
      - name: main
        image: main
        resources: {limits: %s}
    """
        .formatted(name, NAME, resources);
  }
}
