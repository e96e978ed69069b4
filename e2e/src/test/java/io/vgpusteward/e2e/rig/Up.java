package io.vgpusteward.e2e.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;

/** The program behind {@code e2e/up}: keeps a cluster until it gets a signal. */
public final class Up {
  private Up() {}

  /** Starts a cluster in a folder; once its file {@code kubeconfig} is there, it is ready. */
  static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Rig rig = Rig.start(folder, EnumSet.allOf(Component.class));
    Runtime.getRuntime().addShutdownHook(new Thread(rig::close));
    Path kubeconfig = Files.copy(rig.kubectl().kubeconfig(), folder.resolve("kubeconfig.new"));
    Files.move(kubeconfig, folder.resolve("kubeconfig"), StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}
