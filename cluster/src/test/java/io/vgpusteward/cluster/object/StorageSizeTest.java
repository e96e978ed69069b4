package io.vgpusteward.cluster.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StorageSizeTest {
  @ParameterizedTest
  @CsvSource({
    "20Gi, 21474836480",
    "20480Mi, 21474836480",
    "20G, 20000000000",
    "1.5Ki, 1536",
    "1e3, 1000",
    "7, 7"
  })
  void bytes_ofAQuantity(String quantity, BigDecimal bytes) {
    assertThat(StorageSize.bytes(quantity))
        .hasValueSatisfying(size -> assertThat(size).isEqualByComparingTo(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "much", "Gi", "20Gb", "1 Gi"})
  void bytes_ofAnythingElse(String quantity) {
    assertThat(StorageSize.bytes(quantity)).isEmpty();
  }
}
