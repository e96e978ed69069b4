package io.vgpusteward.agent.config;

import static java.util.Comparator.naturalOrder;

import io.vgpusteward.agent.config.Line.Value;
import io.vgpusteward.agent.config.LineParser.BadLineException;
import io.vgpusteward.agent.config.Wanted.Origin;
import io.vgpusteward.agent.config.Wanted.Reach;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.Board;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the ConfigMap {@code vgpu-profiles} says about one node.
 *
 * <p>A key with the node's name takes the place of the key {@code profiles}, as a whole: addresses
 * and ids of other nodes mean something else here, and so what holds for a node stands in one
 * place. Of the lines about a virtual function the one of least reach wins: its own, then its
 * GPU's, then its board's. A line that cannot be understood holds no more than one that is not
 * there, and so do lines that contradict each other; what these are about is left as it is.
 */
public final class NodeProfiles {
  /** The key for all nodes that have none of their own. */
  public static final String SHARED_KEY = "profiles";

  private final String key;
  private final boolean isOwnKey;
  private final List<Line> lines;
  private final Set<Selector> contradicted;
  private final List<Problem> problems;

  private NodeProfiles(
      String key,
      boolean isOwnKey,
      List<Line> lines,
      Set<Selector> contradicted,
      List<Problem> problems) {
    this.key = key;
    this.isOwnKey = isOwnKey;
    this.lines = List.copyOf(lines);
    this.contradicted = Set.copyOf(contradicted);
    this.problems = List.copyOf(problems);
  }

  /** Nothing is configured: all is left as it is. */
  public static NodeProfiles none() {
    return of(Map.of(), "");
  }

  /**
   * Reads the ConfigMap's data.
   *
   * @param data its keys and their texts
   */
  public static NodeProfiles of(Map<String, String> data, String node) {
    boolean isOwnKey = data.containsKey(node) && !node.equals(SHARED_KEY);
    String key = isOwnKey ? node : SHARED_KEY;
    List<Problem> problems = new ArrayList<>();
    Map<Object, Line> firsts = new LinkedHashMap<>();
    Set<Selector> contradicted = new HashSet<>();
    int number = 0;
    for (String raw : data.getOrDefault(key, "").split("\n", -1)) {
      number++;
      try {
        Optional<Line> parsed = LineParser.parse(number, raw);
        if (parsed.isEmpty()) {
          continue;
        }
        Line line = parsed.get();
        Line first = firsts.putIfAbsent(List.of(line.selector(), line.isAboutSizes()), line);
        if (first != null && !first.value().equals(line.value())) {
          contradicted.add(line.selector());
          problems.add(
              new Problem(
                  key,
                  number,
                  line.text(),
                  "it contradicts line %d, \"%s\": none of them holds; remove one"
                      .formatted(first.number(), first.text())));
        }
      } catch (BadLineException e) {
        String fix = Optional.ofNullable(e.getMessage()).orElse("");
        problems.add(new Problem(key, number, LineParser.quote(raw), fix));
      }
    }
    return new NodeProfiles(key, isOwnKey, List.copyOf(firsts.values()), contradicted, problems);
  }

  /** The key that holds for the node. */
  public String key() {
    return key;
  }

  /** The lines that do not hold, whatever the node's GPUs are. */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * The lines of the node's own key that are about nothing that it has; always none for the shared
   * key, whose lines may be about other nodes.
   *
   * @param boards by the addresses of GPUs, what their profiles begin with
   */
  public List<Problem> unmatched(Host host, Map<String, Set<String>> boards) {
    if (!isOwnKey) {
      return List.of();
    }
    return lines.stream()
        .flatMap(line ->
            Unmatched.fix(line, host, boards).stream()
                .map(fix -> new Problem(key, line.number(), line.text(), fix)))
        .toList();
  }

  /**
   * What is configured for a virtual function.
   *
   * @param boards what the profiles of its GPU begin with, as far as was ever listed
   */
  public Wanted wanted(HostGpu gpu, Set<String> boards, HostVf vf) {
    List<Line> about =
        matching(gpu, boards, Optional.of(vf)).filter(line -> !line.isAboutSizes()).toList();
    Optional<Reach> least = about.stream().map(line -> line.selector().reach()).min(naturalOrder());
    List<Line> winning =
        about.stream().filter(line -> least.equals(Optional.of(line.selector().reach()))).toList();
    // Two boards can have one PCI id.
    return winning.size() == 1 && !contradicted.contains(winning.getFirst().selector())
        ? wanted(winning.getFirst())
        : new Wanted.Nothing();
  }

  /** Whether the operator says that the GPU's sizes may mix: that it was switched on for it. */
  public boolean mayMixSizes(HostGpu gpu, Set<String> boards) {
    return matching(gpu, boards, Optional.empty()).anyMatch(Line::isAboutSizes);
  }

  private Stream<Line> matching(HostGpu gpu, Set<String> boards, Optional<HostVf> vf) {
    return lines.stream()
        .filter(line ->
            switch (line.selector()) {
              case Selector.Function function ->
                  vf.filter(one -> one.busId().equals(function.busId())).isPresent();
              case Selector.OfGpu all -> all.busId().equals(gpu.busId());
              case Selector.OfBoard board -> isOf(board, gpu, boards);
            });
  }

  /** By what the driver lists, and by the PCI id while it has listed nothing. */
  static boolean isOf(Selector.OfBoard selector, HostGpu gpu, Set<String> boards) {
    return boards.isEmpty()
        ? gpu.pciId().filter(Board.pciIds(selector.board())::contains).isPresent()
        : boards.contains(selector.board());
  }

  private Wanted wanted(Line line) {
    Origin origin = new Origin(key, line.number(), line.selector().reach());
    return switch (line.value()) {
      case Value.None none -> new Wanted.Unset(origin);
      case Value.Name name -> new Wanted.Named(name.profile(), origin);
      case Value.TypeId id -> new Wanted.Numbered(id.type(), origin);
      case Value.MixedSizes sizes -> new Wanted.Nothing();
    };
  }
}
