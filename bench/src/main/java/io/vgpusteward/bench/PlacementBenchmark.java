package io.vgpusteward.bench;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.placement.Filtered;
import io.vgpusteward.extender.placement.Placement;
import io.vgpusteward.extender.placement.PlacementSettings;
import io.vgpusteward.extender.placement.Placements;
import io.vgpusteward.extender.pod.PodRequest;
import io.vgpusteward.extender.wire.Answers;
import io.vgpusteward.extender.wire.PlacementArgs;
import io.vgpusteward.extender.wire.WireException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the bytes of kube-scheduler's question to those of the answer, and the parts of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class PlacementBenchmark {
  private final Placements placements = new Placements(PlacementSettings.defaults());

  /** How many names of nodes are asked about. */
  @Param({"100", "1000", "5000"})
  public int nodes;

  private ClusterView view = ClusterView.empty(Instant.EPOCH, List.of());
  private byte[] body = {};
  private Instant now = Instant.EPOCH;

  /** Makes a cluster of as many nodes. */
  @Setup
  public void fill() throws WireException {
    view = Fleet.view(nodes);
    body = Fleet.arguments(nodes);
    now = Instant.now();
    int passed = filtered(PlacementArgs.read(body)).passed().size();
    if (passed != nodes / 2) {
      throw new IllegalStateException(passed + " of " + nodes + " nodes pass, not half of them");
    }
  }

  /** All of filter. */
  @Benchmark
  public byte[] filter() throws WireException {
    PlacementArgs args = PlacementArgs.read(body);
    Filtered filtered = filtered(args);
    return Answers.filtered(args.candidates(), filtered.passed(), filtered.refused());
  }

  /** All of prioritize. */
  @Benchmark
  public byte[] prioritize() throws WireException {
    PlacementArgs args = PlacementArgs.read(body);
    return Answers.scored(placement(args).score(args.candidates().names()));
  }

  /** Reading alone. */
  @Benchmark
  public PlacementArgs read() throws WireException {
    return PlacementArgs.read(body);
  }

  /** Reading and the verdicts, without the answer. */
  @Benchmark
  public Filtered verdicts() throws WireException {
    return filtered(PlacementArgs.read(body));
  }

  private Filtered filtered(PlacementArgs args) {
    return placement(args).filter(args.candidates().names());
  }

  private Placement placement(PlacementArgs args) {
    return placements.of(PodRequest.of(args.pod()), view, now);
  }
}
