package io.vgpusteward.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.agent.sysfs.SysfsGpus;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.GpuControl;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Privileges;
import io.vgpusteward.e2e.rig.SimulatedGpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused by a file system with the errno of the drivers, as it arrives in Java. */
final class SysfsWriteIT {
  private static final String PF = "0000:41:00.0";
  private static final String VF = "0000:41:00.4";
  private static final String OTHER_VF = "0000:41:00.5";
  private static final Gpu L40S = Gpu.of("L40S", PF).withVfs(4);
  private static final long TYPE_24Q = 1155;
  private static final long TYPE_12Q = 1153;

  @TempDir Path folder;

  @BeforeEach
  void requireRoot() {
    Privileges.requireRoot();
  }

  private static SysfsGpus of(SimulatedGpus simulated) {
    return new SysfsGpus(simulated.sysfs());
  }

  /** What happened before a write. */
  interface Given {
    void prepare(SysfsGpus gpus, GpuControl control) throws RefusedException;
  }

  private static Given nothing() {
    return (gpus, control) -> {};
  }

  private static Given type(String vf, long type) {
    return (gpus, control) -> gpus.write(vf, type);
  }

  private static Given held() {
    return (gpus, control) -> {
      gpus.write(VF, TYPE_24Q);
      control.hold(VF);
    };
  }

  private static Given slow() {
    return (gpus, control) -> {
      gpus.write(VF, TYPE_24Q);
      control.slow(VF, 1);
    };
  }

  private static Given full() {
    return (gpus, control) -> {
      gpus.write(OTHER_VF, TYPE_24Q);
      gpus.write("0000:41:00.6", TYPE_24Q);
    };
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(
            "vendor",
            "0 over nothing",
            nothing(),
            0,
            "EPERM something holds it, or it carries no type"),
        refusal(
            "vendor", "0 while held", held(), 0, "EPERM something holds it, or it carries no type"),
        refusal(
            "vendor",
            "0 while slow",
            slow(),
            0,
            "EBUSY the process of its last vGPU has not ended, or something holds it"),
        refusal(
            "vendor",
            "another over a type",
            type(VF, TYPE_24Q),
            TYPE_12Q,
            "EPERM it carries a type already, which must be reset to 0 first"),
        refusal(
            "vendor",
            "the same over a type",
            type(VF, TYPE_24Q),
            TYPE_24Q,
            "EPERM it carries a type already, which must be reset to 0 first"),
        refusal("vendor", "unknown", nothing(), 99, "EIO the driver cannot create it there now"),
        refusal(
            "vendor",
            "another size",
            type(OTHER_VF, TYPE_24Q),
            TYPE_12Q,
            "EIO the driver cannot create it there now"),
        refusal("vendor", "full", full(), TYPE_24Q, "EIO the driver cannot create it there now"),
        refusal(
            "vendor",
            "too large a number",
            nothing(),
            Long.MAX_VALUE,
            "EIO the driver cannot create it there now"),
        refusal(
            "open",
            "0 while held",
            held(),
            0,
            "EBUSY the process of its last vGPU has not ended, or something holds it"),
        refusal(
            "open",
            "0 while slow",
            slow(),
            0,
            "EBUSY the process of its last vGPU has not ended, or something holds it"),
        refusal("open", "a type while held", held(), TYPE_24Q, "EBUSY something holds it"),
        refusal("open", "unknown", nothing(), 99, "ENODEV the driver does not know 99"),
        refusal(
            "open",
            "another size",
            type(OTHER_VF, TYPE_24Q),
            TYPE_12Q,
            "EINVAL the GPU's other vGPUs have another type, or the driver cannot read the value"),
        refusal("open", "full", full(), TYPE_24Q, "ENOSPC no room is left on the GPU"));
  }

  private static Arguments refusal(
      String driver, String name, Given given, long type, String errnoAndWords) {
    return argumentSet(driver + ": " + name, driver, given, type, errnoAndWords);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusal(String driver, Given given, long type, String errnoAndWords)
      throws RefusedException {
    try (SimulatedGpus simulated =
        SimulatedGpus.start(
            folder, driver.equals("open") ? Gpus.ofOpenDriver(L40S) : Gpus.of(L40S))) {
      SysfsGpus gpus = of(simulated);
      given.prepare(gpus, simulated.control());
      List<Integer> before = simulated.control().types(PF);
      simulated.control().forget();

      Optional<RefusedException> refused = refused(gpus, type);

      assertThat(refused).isPresent();
      assertThat(refused.orElseThrow().errno() + " " + words(refused.orElseThrow()))
          .startsWith(errnoAndWords);
      assertThat(simulated.control().types(PF)).isEqualTo(before);
      assertThat(simulated.control().journal())
          .containsExactly(
              new GpuControl.Write(
                  VF, "current_vgpu_type", type + "\n", refused.orElseThrow().errno().toString()));
    }
  }

  /** Each that the driver or the kernel may answer, as it arrives here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "EPERM=EPERM",
        "EBUSY=EBUSY",
        "EIO=EIO",
        "EINVAL=EINVAL",
        "ERANGE=EINVAL",
        "ENODEV=ENODEV",
        "ENOSPC=ENOSPC",
        "ENOENT=ENOENT",
        "EACCES=EACCES",
        "EROFS=EACCES",
        "ENXIO=OTHER",
        "ENOMEM=OTHER",
        "EAGAIN=OTHER",
        "ETIMEDOUT=OTHER"
      })
  void errno(String arrival) throws RefusedException {
    String errno = arrival.substring(0, arrival.indexOf('='));
    try (SimulatedGpus simulated = SimulatedGpus.start(folder, Gpus.of(L40S))) {
      simulated.control().fail(VF, errno, 1);
      assertThat(refused(of(simulated), TYPE_24Q))
          .map(RefusedException::errno)
          .contains(RefusedException.Errno.valueOf(arrival.substring(arrival.indexOf('=') + 1)));
      assertThat(refused(of(simulated), TYPE_24Q)).isEmpty();
    }
  }

  @Test
  void functionThatIsGone_isNotFound() {
    try (SimulatedGpus simulated = SimulatedGpus.start(folder, Gpus.of(L40S))) {
      simulated.control().vanish(VF);
      assertThat(refused(of(simulated), TYPE_24Q))
          .map(RefusedException::errno)
          .contains(RefusedException.Errno.ENOENT);
      assertThat(simulated.control().journal()).isEmpty();
    }
  }

  @Test
  void writeThatChangesNothing_isNoRefusal() {
    try (SimulatedGpus simulated = SimulatedGpus.start(folder, Gpus.of(L40S))) {
      simulated.control().ignore(VF, 1);
      assertThat(refused(of(simulated), TYPE_24Q)).isEmpty();
      assertThat(simulated.control().types(PF).getFirst()).isZero();
    }
  }

  /** Unlike the vendor's, the open driver takes a 0 over nothing. */
  @Test
  void resetOfWhatCarriesNothing_isNoRefusalOfTheOpenDriver() {
    try (SimulatedGpus simulated = SimulatedGpus.start(folder, Gpus.ofOpenDriver(L40S))) {
      assertThat(refused(of(simulated), 0)).isEmpty();
    }
  }

  private static Optional<RefusedException> refused(SysfsGpus gpus, long type) {
    try {
      gpus.write(VF, type);
      return Optional.empty();
    } catch (RefusedException e) {
      return Optional.of(e);
    }
  }

  private static String words(RefusedException refused) {
    String message = String.valueOf(refused.getMessage());
    return message.substring(message.indexOf(VF) + VF.length() + ": ".length());
  }
}
