package io.vgpusteward.cluster.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vgpusteward.cluster.Cluster.Leadership;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ElectionTest {
  private static final String LEASE =
      "/apis/coordination.k8s.io/v1/namespaces/steward/leases/licenses";

  private final MockApiServer api = new MockApiServer();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void one_leads_untilItCloses_andThenTheOther() {
    Leadership first = lead("first");
    await().untilAsserted(() -> assertThat(calls).containsExactly("first starts"));
    Leadership second = lead("second");
    first.close();
    assertThat(calls).startsWith("first starts", "first stops");
    await()
        .untilAsserted(() ->
            assertThat(calls).containsExactly("first starts", "first stops", "second starts"));
    second.close();
    second.close();
    assertThat(calls).hasSize(4).endsWith("second stops");
  }

  @Test
  void leaderThatLostTheLease_stops_andStandsAgain() {
    try (Leadership seat = lead("first")) {
      assertThat(seat).isNotNull();
      await().until(() -> calls.size() == 1);
      KubernetesClient client = api.client();
      ObjectNode lease = (ObjectNode) MockApiServer.json(client.raw(LEASE));
      String time = Instant.now().toString().replaceFirst("\\.?\\d*Z", ".000000Z");
      lease.withObjectProperty("spec").put("holderIdentity", "thief").put("renewTime", time);
      lease.withObjectProperty("metadata").remove("resourceVersion");
      client.raw(LEASE, "PUT", lease.toString());
      await()
          .untilAsserted(() ->
              assertThat(calls).containsExactly("first starts", "first stops", "first starts"));
    }
  }

  @Test
  void leaseThatIsNoLease_isWaitedFor() {
    api.create(
        LEASE.substring(0, LEASE.lastIndexOf('/')),
        "apiVersion: coordination.k8s.io/v1\nkind: Lease\n"
            + "metadata: {name: licenses, namespace: steward}\nspec: {holderIdentity: x}");
    try (Leadership seat = lead("first")) {
      assertThat(seat).isNotNull();
      await()
          .until(() ->
              api.requests().stream().filter(request -> request.contains("leases")).count() > 2);
      api.delete(LEASE);
      await().until(() -> calls.contains("first starts"));
    }
  }

  @Test
  void failingCallback_doesNotCostTheSeat() {
    try (Leadership seat =
        api.cluster()
            .lead(
                "licenses",
                () -> {
                  calls.add("starts");
                  throw new IllegalStateException("on purpose");
                },
                () -> calls.add("stops"))) {
      assertThat(seat).isNotNull();
      await().until(() -> calls.contains("starts"));
    }
    assertThat(calls).containsExactly("starts", "stops");
  }

  private Leadership lead(String who) {
    return api.cluster()
        .lead("licenses", () -> calls.add(who + " starts"), () -> calls.add(who + " stops"));
  }
}
