package io.vgpusteward.e2e.agent;

import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.agent.sysfs.RefusedException;
import io.vgpusteward.agent.sysfs.SysfsGpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads all GPUs below a root and writes one type, and prints what became of it; for a process with
 * few rights.
 */
final class ConfinedProgram {
  private ConfinedProgram() {}

  /** Arguments: root, address of a virtual function, type. */
  public static void main(String[] arguments) throws IOException {
    SysfsGpus gpus = new SysfsGpus(Path.of(arguments[0]));
    List<String> status =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.matches("(Uid|CapPrm|CapEff|CapBnd|NoNewPrivs):.*"))
            .map(line -> line.replaceAll("\\s+", " "))
            .toList();
    System.out.println(String.join(", ", status));
    List<HostVf> vfs = gpus.read().gpus().stream().flatMap(gpu -> gpu.vfs().stream()).toList();
    System.out.println(
        vfs.stream().filter(vf -> vf.problem().isEmpty() && vf.type().isPresent()).count()
            + " functions read");
    try {
      gpus.write(arguments[1], Long.parseLong(arguments[2]));
      System.out.println("written");
    } catch (RefusedException e) {
      System.out.println(e.errno() + " " + e.getMessage());
    }
  }
}
