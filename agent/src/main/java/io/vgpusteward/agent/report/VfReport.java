package io.vgpusteward.agent.report;

import io.vgpusteward.vgpu.Profile;
import io.vgpusteward.vgpu.Vf;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A virtual function.
 *
 * @param current the profile that it carries, where that has a known name
 * @param type the number of what it carries, 0 for nothing; empty where it cannot be read
 * @param desired what is configured for it; empty where nothing is
 * @param creatable what the driver lists for it now, in the driver's order
 */
public record VfReport(
    String busId,
    Optional<String> driver,
    Optional<Profile> current,
    Optional<Long> type,
    Optional<Desired> desired,
    Vf.State state,
    Optional<String> message,
    Optional<Vf.Holder> holder,
    List<Profile> creatable) {
  /**
   * What is configured.
   *
   * @param profile empty for none
   */
  public record Desired(Optional<Profile> profile) {
    /** As it is published. */
    @Override
    public String toString() {
      return profile.map(Profile::name).orElse("none");
    }
  }

  public VfReport {
    creatable = List.copyOf(creatable);
    message = message.map(Words::shortened);
  }

  Vf vf() {
    return new Vf(
        busId,
        driver.filter(GpuReport.PASSTHROUGH::equals).isPresent(),
        current,
        current.isEmpty() && type.filter(number -> number != 0).isPresent(),
        desired.flatMap(Desired::profile),
        state,
        message,
        holder,
        new TreeSet<>(creatable));
  }
}
