package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rig itself. */
final class RigIT {
  @Test
  void twoRigsAtOnce_areTwoClusters(@TempDir Path folder) {
    try (Rig one = Rig.start(folder.resolve("one"), Set.of());
        Rig two = Rig.start(folder.resolve("two"), Set.of())) {
      one.kubectl().ok("create", "namespace", "of-one");
      two.kubectl().ok("create", "namespace", "of-two");
      assertThat(one.kubectl().find("namespace", "of-two")).isEmpty();
      assertThat(two.kubectl().find("namespace", "of-one")).isEmpty();
      assertThat(two.kubectl().ok("version")).contains("Server Version: v1.36.3");
    }
    assertThat(folder.resolve("one/logs/kube-apiserver.log")).isNotEmptyFile();
    assertThat(folder.resolve("one/data")).doesNotExist();
  }

  @Test
  void user_hasNoRightsThatNobodyGave(@TempDir Path folder) {
    try (Rig rig = Rig.start(folder, Set.of())) {
      Outcome secrets =
          rig.kubectlAs("somebody", List.of("some-group")).run("get", "secrets", "-A");
      assertThat(secrets.status()).isEqualTo(1);
      assertThat(secrets.err()).contains("User \"somebody\" cannot list resource \"secrets\"");
    }
  }
}
