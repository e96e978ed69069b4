package io.vgpusteward.agent.advertised;

import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostVf;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Since when functions carry what they carry. Not for several threads. */
public final class TypeTimes {
  private final Map<String, Long> types = new HashMap<>();
  private final Map<String, Instant> since = new HashMap<>();

  /**
   * Takes a look at the host into account, and says since when each function was seen to carry its
   * type, or to carry none. A function is absent as long as it is as it was when this program saw
   * it first: nobody knows for how long it had been so.
   */
  public Map<String, Instant> seen(Host host, Instant now) {
    Map<String, Long> before = Map.copyOf(types);
    types.clear();
    host.gpus().stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .forEach((HostVf vf) -> vf.type().ifPresent(type -> types.put(vf.busId(), type)));
    since.keySet().retainAll(types.keySet());
    types.forEach((vf, type) -> {
      Long old = before.get(vf);
      if (old != null && !old.equals(type)) {
        since.put(vf, now);
      }
    });
    return Map.copyOf(since);
  }
}
