package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PortsTest {
  @Test
  void morePortsThanABlockHas_areOthersThanThoseOfAnybodyElse() {
    Set<Integer> given = new HashSet<>();
    try (Ports one = Ports.reserve();
        Ports other = Ports.reserve()) {
      for (int i = 0; i < 100; i++) {
        assertThat(given.add(one.next())).isTrue();
        assertThat(given.add(other.next())).isTrue();
      }
    }
  }
}
