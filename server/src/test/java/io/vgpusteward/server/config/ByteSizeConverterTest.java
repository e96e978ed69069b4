package io.vgpusteward.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ByteSizeConverterTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "65536, 65536",
    "512KiB, 524288",
    "64MiB, 67108864",
    "64Mi, 67108864",
    "1Gi, 1073741824"
  })
  void convert(String text, long bytes) {
    assertThat(new ByteSizeConverter().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "64MB", "64 MiB", "much", "12345678901", "1.5Gi"})
  void convert_refusesAnythingElse(String text) {
    assertThatThrownBy(() -> new ByteSizeConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "' is not a number of bytes, such as 512KiB or 64MiB");
  }
}
