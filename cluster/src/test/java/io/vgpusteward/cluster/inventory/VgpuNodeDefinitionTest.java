package io.vgpusteward.cluster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The definition of VgpuNode in the chart is what the Java types give. */
class VgpuNodeDefinitionTest {
  private static final Path SHIPPED = Path.of("../charts/vgpu-steward/crds/vgpunodes.yaml");

  /** Writes the definition instead of comparing it. */
  private static final String WRITE = "crd.write";

  @Test
  void shippedDefinition_isGeneratedFromTheTypes(@TempDir Path folder) throws IOException {
    String generated = Definition.generate(folder);
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(SHIPPED.getParent());
      Files.writeString(SHIPPED, generated);
    }

    assertThat(SHIPPED)
        .as(
            "charts/vgpu-steward/crds/vgpunodes.yaml is not what the types in"
                + " io.vgpusteward.cluster.inventory give; write it anew with: mvn test -pl"
                + " cluster -am -Dtest=VgpuNodeDefinitionTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D"
                + WRITE
                + "=true")
        .content()
        .isEqualTo(generated);
  }
}
