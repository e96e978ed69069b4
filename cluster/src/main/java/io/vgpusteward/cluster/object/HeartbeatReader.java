package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.Heartbeat;
import io.vgpusteward.cluster.Keys;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads the Leases by which node agents say that they are alive. */
final class HeartbeatReader {
  private HeartbeatReader() {}

  static Optional<Heartbeat> read(Field root) {
    if (!"true".equals(root.at("metadata", "labels").textMap().get(Keys.HEARTBEAT))) {
      return Optional.empty();
    }
    Field holder = root.at("spec", "holderIdentity");
    Field renewed = root.at("spec", "renewTime");
    Optional<String> node = holder.known(holder.text(), "the name of a node");
    Optional<Instant> time = renewed.known(renewed.text().flatMap(HeartbeatReader::time), "a time");
    return node.flatMap(name ->
        time.map(instant ->
            new Heartbeat(
                ObjectReader.namespace(root.node()),
                ObjectReader.name(root.node()),
                name,
                instant)));
  }

  /** As Kubernetes writes it, {@code 2026-11-21T10:00:00.000000Z}. */
  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
