package io.vgpusteward.vgpu.permitted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermittedRulesTest {
  /** A list with everything in it, of which some is wrong. */
  private static final List<String> ALL =
      List.of(
          "pci 10DE:26B9 => nvidia.com/L40S-24Q",
          "pci 10DE:26B9 => nvidia.com/AD102GL_L40S external",
          "pci 10DE:2236 => nvidia.com/A10-12Q",
          "pci 10DE:2331 => nvidia.com/H100-20C",
          "pci 10DE:2330 => nvidia.com/H100-20C",
          "pci nonsense => nvidia.com/wrong",
          "pci 10DE:2237 =>",
          "mediated NVIDIA A10-8Q => nvidia.com/A10-8Q",
          "usb 046d:c52b => kubevirt.io/stick",
          "usb => kubevirt.io/nothing external",
          "+HostDevices");

  private static final String USERS =
      "nvidia.com/L40S-24Q: a/1; nvidia.com/AD102GL_L40S: a/2; nvidia.com/A10-8Q: a/3;"
          + " nvidia.com/H100-20C: a/4; kubevirt.io/stick: a/5; nvidia.com/gone: a/6; hostDevices:"
          + " a/1";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyOrder_ofAListThatIsPartlyWrong_passes(int seed) {
    List<String> shuffled = new ArrayList<>(ALL);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(judge(String.join("; ", ALL), String.join("; ", shuffled), USERS)).isEmpty();
    assertThat(judge(String.join("; ", ALL), String.join("; ", shuffled), "unseen")).isEmpty();
  }

  /** Harvester's guard shifts positions with two GPUs, and loses entries that it meant to keep. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 7, 8})
  void anyOneEntryLost_isFoundByItsOwnPlace(int index) {
    List<String> rest = new ArrayList<>(ALL);
    String lost = rest.remove(index);

    List<Finding> findings = judge(String.join("; ", ALL), String.join("; ", rest), USERS);

    String resource = lost.replaceFirst(".* => ", "").replace(" external", "");
    assertThat(findings)
        .singleElement()
        .satisfies(finding -> assertThat(finding.problem()).contains(resource));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # case | before | after | users | findings
          Harvester: the first of two equal GPUs goes | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/L40S-24Q: a/vm; nvidia.com/A10-12Q: a/vm | ''
          Harvester: two go, and one that stays moves up | pci 10DE:1 => a.b/x; pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q; pci 10DE:2230 => nvidia.com/A40-8Q | pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/A40-8Q: a/vm; nvidia.com/A10-12Q: a/vm | LOST_IN_USE DENY pciHostDevices[3], LOST_UNUSED DENY_UNLESS_TRUSTED pciHostDevices[0], LOST_UNUSED DENY_UNLESS_TRUSTED pciHostDevices[1]
          Harvester: an update is compared with what was | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:2236 => nvidia.com/A10-12Q | nvidia.com/L40S-24Q: a/vm | LOST_IN_USE DENY pciHostDevices[0]
          rename and id at once | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:2236 => nvidia.com/A10-12Q | '' | LOST_UNUSED DENY_UNLESS_TRUSTED pciHostDevices[0]
          nothing to lose | absent | absent | '' | ''
          a new KubeVirt, nothing known | new | pci 10DE:26B9 => nvidia.com/L40S-24Q | unseen | NOT_PERMITTED WARN lists
          an addition, nothing known | pci 10DE:26B9 => nvidia.com/L40S-24Q | pci 10DE:26B9 => nvidia.com/L40S-24Q; pci 10DE:2236 => nvidia.com/A10-12Q | unseen | ''
          """)
  void findings(String name, String before, String after, String users, String findings) {
    assertThat(Case.text(judge(before, after, users))).isEqualTo(findings);
  }

  /** Whatever is done to the list: what a resource in use loses is denied, or was acknowledged. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomChanges_neverLoseWhatIsUsed(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      String before = random(random);
      String after = random(random);
      PermittedChange change = Case.change(before, after, USERS, Set.of());
      Listed now = new Listed(change.after());
      Listed then = new Listed(change.before().orElseThrow());
      Set<String> harmed =
          change.uses().resources().stream()
              .filter(resource -> then.isGiven() || now.isGiven())
              .filter(resource ->
                  (then.state().devices().permits(resource)
                          && !now.state().devices().permits(resource))
                      || !now.served(resource).containsAll(then.served(resource)))
              .map(Object::toString)
              .collect(Collectors.toSet());

      List<Finding> denials =
          PermittedRules.judge(change).stream()
              .filter(finding -> finding.severity() == Severity.DENY)
              .toList();

      assertThat(harmed)
          .as("%s -> %s", before, after)
          .allSatisfy(resource ->
              assertThat(denials).anyMatch(finding -> finding.problem().contains(resource)));
    }
  }

  private static String random(Random random) {
    List<String> entries = new ArrayList<>(ALL);
    entries.add("pci 10DE:26B9 => nvidia.com/L40S-48Q");
    entries.add("pci 10DE:2236 => nvidia.com/L40S-24Q");
    Collections.shuffle(entries, random);
    return random.nextInt(10) == 0
        ? "absent"
        : String.join("; ", entries.subList(0, random.nextInt(entries.size())));
  }

  private static List<Finding> judge(String before, String after, String users) {
    return PermittedRules.judge(Case.change(before, after, users, Set.of()));
  }
}
