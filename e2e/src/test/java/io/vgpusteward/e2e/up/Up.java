package io.vgpusteward.e2e.up;

import io.vgpusteward.e2e.product.Product;
import io.vgpusteward.e2e.rig.Component;
import io.vgpusteward.e2e.rig.Gpu;
import io.vgpusteward.e2e.rig.Gpus;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.SimulatedNode;
import io.vgpusteward.e2e.rig.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The program behind {@code e2e/up}: keeps a cluster with two GPU nodes until it gets a signal. */
public final class Up {
  private Up() {}

  /**
   * Starts a cluster in a folder, {@code --product} with the program in it; once the folder's file
   * {@code kubeconfig} is there, it is ready.
   */
  static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Rig rig = Rig.start(folder, EnumSet.complementOf(EnumSet.of(Component.COZYSTACK)));
    // Its parts end with this process, however it ends; this also takes away their files.
    Runtime.getRuntime().addShutdownHook(new Thread(rig::close));
    SimulatedNode.start(
        rig, "gpu-a", Gpus.of(Gpu.of("L40S", "0000:41:00.0").withTypes(1155, 1155)));
    SimulatedNode.start(
        rig,
        "gpu-b",
        Gpus.of(
            Gpu.of("L40S", "0000:41:00.0").withTypes(1153, 1153, 1153, 1153),
            Gpu.of("L40S", "0000:c1:00.0")));
    if (List.of(arguments).contains("--product")) {
      Product.install(rig);
      System.out.println("rig: vgpu-steward is installed");
    }
    Files.createSymbolicLink(
        Files.createDirectories(folder.resolve("bin")).resolve("kubectl"), Tools.program("k8s"));
    Path kubeconfig = Files.copy(rig.kubectl().kubeconfig(), folder.resolve("kubeconfig.new"));
    Files.move(kubeconfig, folder.resolve("kubeconfig"), StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}
