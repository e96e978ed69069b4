package io.vgpusteward.webhook.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the controller's Javadoc says it costs, counted. */
class ControllerCostTest {
  private static final int GUESTS = 10_000;

  private final Scene scene = new Scene();
  private final List<Guest> guests =
      IntStream.range(0, GUESTS).mapToObj(i -> Guests.vm("vm-" + i).guest()).toList();

  @AfterEach
  void close() {
    scene.close();
  }

  private Map<String, Long> calls() {
    return scene.cluster.calls().stream()
        .collect(Collectors.groupingBy(call -> call.split(" ", 2)[0], Collectors.counting()));
  }

  private void awaitPasses(long count) {
    await().atMost(Duration.ofMinutes(2)).until(() -> scene.passes() >= count);
  }

  @Test
  void tenThousandGuests_oneRenewedLicense_isOneWriteEachAndNoRead() {
    scene.license("vgpu-system", Tokens.named("first"));
    scene.settle();
    scene.cluster.applyAll(guests);
    awaitPasses(GUESTS);
    assertThat(calls()).containsOnly(Map.entry("get", 10_000L), Map.entry("create", 10_000L));
    Guest last = guests.getLast();
    scene.awaitToken(last, Tokens.named("first"));

    scene.cluster.forgetCalls();
    scene.license("vgpu-system", Tokens.named("second"));
    awaitPasses(2 * GUESTS);

    assertThat(calls()).containsOnly(Map.entry("replace", 10_000L));
    assertThat(scene.cluster.recorded()).hasSize(2 * GUESTS);
    assertThat(guests).allMatch(guest -> scene.token(guest).equals(Tokens.named("second")));
    assertThat(base64Length(scene.size(last)))
        .as("bytes of the content in a request, as the controller's Javadoc says")
        .isBetween(14_000, 16_000);

    scene.cluster.forgetCalls();
    scene.restart();
    awaitPasses(GUESTS);
    assertThat(calls()).containsOnly(Map.entry("get", 10_000L));
  }

  @Test
  void usersOwnSecret_isOneReadMore() {
    scene.license("team", Tokens.named("first"));
    scene.userSecret("mine", "userdata", "#cloud-config\n");
    Guest vm = Guests.vm("one").with(Keys.USER_DATA_SECRET, "mine").guest();
    scene.cluster.apply(vm);
    scene.awaitToken(vm, Tokens.named("first"));
    scene.settle();
    scene.cluster.forgetCalls();

    scene.license("team", Tokens.named("second"));
    scene.awaitToken(vm, Tokens.named("second"));
    scene.settle();

    assertThat(scene.cluster.calls())
        .containsExactly("get team/mine", "replace team/vgpu-steward-user-data-one");
  }

  private static int base64Length(int bytes) {
    return (bytes + 2) / 3 * 4;
  }
}
