package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.PermittedDevices;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Since when functions carry what they carry and the permitted list says what it says, as far as
 * this program saw it. Not for several threads.
 */
public final class Sightings {
  private Map<String, Seen> types = Map.of();
  private Optional<PermittedDevices> permitted = Optional.empty();
  private Instant permittedSince = Instant.MIN;

  /**
   * Since when a function carries a type, or none.
   *
   * @param type its id, 0 for none
   * @param since when that was first seen without a break
   * @param watched whether it was seen to carry something else before; if not, it may have carried
   *     this for long
   */
  public record Seen(long type, Instant since, boolean watched) {}

  /** Takes a look at the host into account; functions that cannot be read are absent. */
  public Map<String, Seen> types(Host host, Instant now) {
    Map<String, Seen> seen = new HashMap<>();
    host.gpus().stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .forEach((HostVf vf) ->
            vf.type().ifPresent(type -> seen.put(vf.busId(), seen(vf.busId(), type, now))));
    types = Map.copyOf(seen);
    return types;
  }

  private Seen seen(String vf, long type, Instant now) {
    Seen before = types.get(vf);
    if (before == null) {
      return new Seen(type, now, false);
    }
    return before.type() == type ? before : new Seen(type, now, true);
  }

  /** Takes a look at the permitted list into account, and says when it was first seen like that. */
  public Instant permitted(PermittedDevices list, Instant now) {
    if (permitted.filter(list::equals).isEmpty()) {
      permitted = Optional.of(list);
      permittedSince = now;
    }
    return permittedSince;
  }
}
