package io.vgpusteward.agent;

import io.vgpusteward.agent.report.Finding;
import io.vgpusteward.agent.report.NodeReport;
import io.vgpusteward.agent.report.VfReport;
import io.vgpusteward.vgpu.Vf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells what was not so at the last look. For one thread. */
final class News {
  private static final int NAMED = 4;

  private final EventLog events;
  private Set<Item> before = Set.of();

  private record Item(boolean warning, String reason, String what) {}

  News(EventLog events) {
    this.events = events;
  }

  void tell(Finding finding, NodeReport report) throws InterruptedException {
    Map<Item, String> now = new LinkedHashMap<>();
    finding
        .problems()
        .forEach(problem ->
            now.put(
                new Item(true, "VgpuConfigInvalid", problem.toString()),
                "ConfigMap of profiles, " + problem));
    byMessage(report, Vf.State.Failed)
        .forEach((message, vfs) ->
            now.put(new Item(true, "VgpuProfileFailed", message), about(vfs, message)));
    byMessage(report, Vf.State.Pending)
        .forEach((message, vfs) ->
            now.put(new Item(false, "VgpuProfilePending", message), about(vfs, message)));
    for (Map.Entry<Item, String> entry : now.entrySet()) {
      if (!before.contains(entry.getKey())) {
        events.record(entry.getKey().warning(), entry.getKey().reason(), entry.getValue());
      }
    }
    before = Set.copyOf(now.keySet());
  }

  /** A card has up to 32 functions of which one sentence may be true. */
  private static Map<String, List<String>> byMessage(NodeReport report, Vf.State state) {
    Map<String, List<String>> messages = new LinkedHashMap<>();
    for (VfReport vf : report.vfs()) {
      if (vf.state() == state) {
        messages.computeIfAbsent(vf.message().orElse(""), key -> new ArrayList<>()).add(vf.busId());
      }
    }
    return messages;
  }

  private static String about(List<String> vfs, String message) {
    String named = String.join(", ", vfs.subList(0, Math.min(NAMED, vfs.size())));
    String more = vfs.size() > NAMED ? " and " + (vfs.size() - NAMED) + " more" : "";
    return named + more + ": " + message;
  }
}
