package io.vgpusteward.server.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.LastWords;
import io.vgpusteward.agent.report.Condition;
import io.vgpusteward.agent.report.GpuReport;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.agent.report.Summary;
import io.vgpusteward.agent.report.VfReport;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.GpuStatus;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.HolderStatus;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.OfferedProfile;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.StatusCondition;
import io.vgpusteward.cluster.inventory.VgpuNodeStatus.VfStatus;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reports as the status of a VgpuNode, and back what an agent cannot see any more. */
final class VgpuNodeJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private VgpuNodeJson() {}

  /** The status of a report. */
  static ObjectNode status(NodeReport report) {
    Summary summary = Summary.of(report);
    return JSON.valueToTree(
        new VgpuNodeStatus(
            report.conditions().stream().map(VgpuNodeJson::condition).toList(),
            report.gpus().stream().map(VgpuNodeJson::gpu).toList(),
            new VgpuNodeStatus.Summary(summary.gpus(), summary.vfs(), summary.profiles())));
  }

  private static StatusCondition condition(Condition condition) {
    return new StatusCondition(
        condition.type().name(),
        condition.status().name(),
        condition.reason(),
        condition.message(),
        condition.since().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static GpuStatus gpu(GpuReport gpu) {
    return new GpuStatus(
        gpu.busId(),
        gpu.pciId().map(PciId::value).orElse(null),
        gpu.board().orElse(null),
        gpu.driver().orElse(null),
        gpu.sizes(),
        gpu.frameBufferGib().isPresent() ? gpu.frameBufferGib().getAsInt() : null,
        gpu.offered().entrySet().stream()
            .map(entry -> new OfferedProfile(entry.getValue().name(), entry.getKey()))
            .toList(),
        gpu.vfs().stream().map(VgpuNodeJson::vf).toList(),
        gpu.message().orElse(null));
  }

  private static VfStatus vf(VfReport vf) {
    return new VfStatus(
        vf.busId(),
        vf.driver().orElse(null),
        vf.current().map(Profile::name).orElse(null),
        vf.type().orElse(null),
        vf.desired().map(VfReport.Desired::toString).orElse(null),
        vf.state(),
        vf.message().orElse(null),
        vf.holder()
            .map(holder ->
                new HolderStatus(
                    holder.namespace(), holder.pod(), holder.virtualMachine().orElse(null)))
            .orElse(null),
        vf.creatable().stream().map(Profile::name).toList());
  }

  /** What was published before; nothing where it cannot be read. */
  static LastWords last(JsonNode vgpuNode) {
    VgpuNodeStatus status;
    try {
      status = JSON.treeToValue(vgpuNode.path("status"), VgpuNodeStatus.class);
    } catch (JsonProcessingException e) {
      return LastWords.none();
    }
    if (status == null) {
      return LastWords.none();
    }
    List<Condition> conditions = new ArrayList<>();
    each(status.conditions()).forEach(condition -> condition(condition).ifPresent(conditions::add));
    Map<String, LastWords.Gpu> gpus = new HashMap<>();
    each(status.gpus()).forEach(gpu -> gpus.put(gpu.busId(), gpu(gpu)));
    return new LastWords(conditions, gpus);
  }

  private static <T> Stream<T> each(@Nullable List<T> list) {
    return list == null ? Stream.of() : list.stream().filter(Objects::nonNull);
  }

  private static Optional<Condition> condition(StatusCondition condition) {
    Optional<Instant> since =
        Optional.ofNullable(condition.lastTransitionTime()).flatMap(FactsReader::time);
    return Stream.of(Condition.Topic.values())
        .filter(topic -> topic.name().equals(condition.type()))
        .flatMap(topic ->
            Stream.of(Condition.Status.values())
                .filter(status -> status.name().equals(condition.status()))
                .flatMap(status ->
                    since.stream()
                        .map(time ->
                            new Condition(
                                topic,
                                status,
                                Objects.requireNonNullElse(condition.reason(), ""),
                                Objects.requireNonNullElse(condition.message(), ""),
                                time))))
        .findFirst();
  }

  private static LastWords.Gpu gpu(GpuStatus gpu) {
    SortedMap<Long, Profile> offered = new TreeMap<>();
    each(gpu.offered())
        .forEach(item ->
            Profile.parse(item.profile())
                .filter(profile -> item.typeId() != null)
                .ifPresent(profile -> offered.put(Objects.requireNonNull(item.typeId()), profile)));
    Integer gib = gpu.frameBufferGib();
    return new LastWords.Gpu(offered, gib == null ? OptionalInt.empty() : OptionalInt.of(gib));
  }
}
