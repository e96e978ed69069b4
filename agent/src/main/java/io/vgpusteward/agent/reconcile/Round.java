package io.vgpusteward.agent.reconcile;

import io.vgpusteward.agent.config.Wanted;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.Gpu;
import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one look at a node comes to.
 *
 * @param gpus in the host's order
 * @param steps the writes that may be done now, in this order and all of one GPU. After each the
 *     memory is told ({@link Memory#accepted}, {@link Memory#refused}); at the first refusal, and
 *     after the last, the next round begins with new readings. None may be done later, or without
 *     what comes before it.
 * @param memory for the next round
 * @param lookAgain when the next round is due where nothing happens before; at once where there are
 *     steps
 */
public record Round(List<GpuRound> gpus, List<Step> steps, Memory memory, Instant lookAgain) {
  public Round {
    gpus = List.copyOf(gpus);
    steps = List.copyOf(steps);
  }

  /** The virtual functions that are about to change: for {@link Memory#published}. */
  public Set<String> changing() {
    return gpus.stream()
        .flatMap(gpu -> gpu.vfs().stream())
        .filter(vf -> vf.state() == Vf.State.Changing)
        .map(vf -> vf.host().busId())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * A GPU.
   *
   * @param boards what its profiles begin with, one as far as is known; none while nothing was
   *     listed
   * @param message why it is left alone or cannot be used, in words
   */
  public record GpuRound(
      HostGpu host,
      Set<String> boards,
      Gpu.Sizes sizes,
      Offers offers,
      Optional<String> message,
      List<VfRound> vfs) {
    public GpuRound {
      boards = Set.copyOf(boards);
      vfs = List.copyOf(vfs);
    }
  }

  /**
   * A virtual function.
   *
   * @param current the profile that it carries; empty for none, and where its name is not known
   * @param wanted what is configured for it; also where there is no room for it
   * @param desired the profile that it is meant to carry; empty for none, where nothing is
   *     configured, and for what a GPU has no room for
   * @param message why it is in that state, in words a person can act on; 1,024 characters at most
   */
  public record VfRound(
      HostVf host,
      Optional<Profile> current,
      Wanted wanted,
      Optional<Profile> desired,
      Vf.State state,
      Optional<String> message,
      Optional<Vf.Holder> holder) {
    /** Whether it carries a type whose profile nobody can name. */
    public boolean hasUnknownType() {
      return current.isEmpty() && host.type().filter(type -> type != 0).isPresent();
    }
  }
}
