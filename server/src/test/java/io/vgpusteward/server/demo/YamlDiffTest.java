package io.vgpusteward.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class YamlDiffTest {
  @Test
  void lines_areMarkedAsKeptAddedOrTakenOut() {
    assertThat(YamlDiff.lines("a\nb\nc\n<x>\n", "a\nB\nc\n<x>\nd\n"))
        .containsExactly("  a", "- b", "+ B", "  c", "  <x>", "+ d");
    assertThat(YamlDiff.lines("a\nb\n", "a\n")).containsExactly("  a", "- b");
  }
}
