package io.vgpusteward.webhook.permitted;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How many objects need a resource that the permitted list lacks, for up to fifty resources. */
final class PermittedListMetrics implements AutoCloseable {
  /** Users choose the names of resources, so their number needs a limit. */
  static final int MAX_RESOURCES = 50;

  private final MultiGauge lacking;

  PermittedListMetrics(MeterRegistry registry) {
    lacking =
        MultiGauge.builder("vgpu_steward_permitted_list_lacks_users")
            .description("Objects that need a resource which KubeVirt's permitted list lacks")
            .register(registry);
  }

  /** The numbers of users now, by resource; those over the limit are added up as {@code other}. */
  void lacking(Map<String, Integer> users) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    int other = 0;
    for (Map.Entry<String, Integer> entry : users.entrySet()) {
      if (rows.size() < MAX_RESOURCES) {
        rows.add(MultiGauge.Row.of(Tags.of("resource", entry.getKey()), entry.getValue()));
      } else {
        other += entry.getValue();
      }
    }
    if (other > 0) {
      rows.add(MultiGauge.Row.of(Tags.of("resource", "other"), other));
    }
    lacking.register(rows, true);
  }

  @Override
  public void close() {
    lacking(Map.of());
  }
}
