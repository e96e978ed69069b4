package io.vgpusteward.agent.reconcile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Two frame buffer sizes that are configured on one GPU. */
final class Conflict {
  private Conflict() {}

  /** What is wrong, and what to do. */
  static String words(String gpu, List<Function> wanting, boolean isDeclaredMixed) {
    Map<String, String> lines = new LinkedHashMap<>();
    wanting.forEach(function -> lines.putIfAbsent(function.goalWords(), Alone.origin(function)));
    String wanted =
        Words.list(
            lines.entrySet().stream()
                .map(line -> line.getKey() + " (" + line.getValue() + ")")
                .toList());
    return isDeclaredMixed
        ? ("%s are configured for GPU %s with sizes=mixed, and the driver lists one size only;"
                    .formatted(wanted, gpu)
                + " mixed sizes are off after every boot: run nvidia-smi vgpu -i %s -shm 1 on the"
                    .formatted(gpu))
            + " node while no type is set, or configure one size"
        : ("%s are configured for GPU %s, whose vGPUs must have one frame buffer size; configure"
                .formatted(wanted, gpu)
            + " one, or run nvidia-smi vgpu -i %s -shm 1 on the node and add the line %s/sizes=mixed"
                .formatted(gpu, gpu));
  }
}
