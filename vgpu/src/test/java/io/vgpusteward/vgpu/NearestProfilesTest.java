package io.vgpusteward.vgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestProfilesTest {
  private static final List<Profile> KNOWN =
      Stream.of("L40S-24Q", "L40S-12Q", "L40S-48Q", "L40S-8Q", "A10-12Q", "L4-6Q", "A100-1-5C")
          .map(name -> Profile.parse(name).orElseThrow())
          .toList();

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "L40S-42Q, L40S-48Q L40S-12Q L40S-24Q",
    "L4OS-24Q, L40S-24Q",
    "L40-24Q, L40S-24Q",
    "l40s-24q, L40S-24Q L40S-12Q L40S-48Q",
    "L40S24Q, L40S-24Q",
    "L40S-24, L40S-24Q",
    "A10-24Q, A10-12Q",
    "A100-2-10C, A100-1-5C",
    "H100-80C, ''",
    "GTX, ''",
    "'', ''"
  })
  void of_givesTheFewThatMayHaveBeenMeant(String written, String nearest) {
    assertThat(
            String.join(
                " ", NearestProfiles.of(written, KNOWN, 3).stream().map(Profile::name).toList()))
        .isEqualTo(nearest);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 2", "9, 4"})
  void of_givesNoMoreThanWanted(int limit, int given) {
    assertThat(NearestProfiles.of("L40S-1Q", KNOWN, limit)).hasSize(given);
  }
}
