package io.vgpusteward.agent.advertised;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.advertised.Diagnosis.Status;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link SceneText} says how to read the tables. virt-handler started at 100, and it is 1000. */
final class AdvertisedTest {
  private final Advertised advertised = new Advertised(Duration.ofSeconds(30));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "just those that carry    | 4:1155 5:1155 6:0 | 4,5     |                 | True  |",
        "nothing carries          | 4:0 5:0           |         |                 | True  |",
        "no function at all       |                   |         |                 | True  |",
        "by number                | 4:1155 5:1155 6:0 | #2      |                 | True  |",
        "also others' devices     | 4:1155            | 4 example.com/nic=9 |     | True  |",
        "an old version           | 4:1155            |         | v1.8.2          | False | KubeVirtTooOld .4",
        "an old one by number     | 4:1155            | #0      | v1.7            | False | KubeVirtTooOld .4",
        "an old one, not by its fault | 4:1155        | 4       | v1.8.2          | True  |",
        "a newer one              | 4:1155@200        |         | v1.10.0-alpha.0 | False | ScannedTooEarly .4",
        "a build of one's own     | 4:1155@200        |         | devel           | False | ScannedTooEarly .4",
        "typed after the look     | 4:1155 5:1155@200! | 4      |                 | False | ScannedTooEarly .5",
        "found as it is           | 4:1155@900        |         |                 | False | ScannedTooEarly .4",
        "permitted after it       | 4:1155 5:1155     | 4       | listed@150      | False | ScannedTooEarly .5",
        "typed before the look    | 4:1155@50         |         |                 | False | Unexplained .4",
        "too few by number        | 4:1155@50 5:1155@200! | #1  |                 | False | ScannedTooEarly .5",
        "handler just started     | 4:1155@50         |         | handler@980     | Unknown | VirtHandlerStarting .4",
        "handler started enough   | 4:1155@50         |         | handler@970     | False | Unexplained .4",
        "handler does not run     | 4:1155@50         |         | handler-stopped | Unknown | VirtHandlerStarting .4",
        "no handler               | 4:1155@50         |         | no-handler      | False | NoVirtHandler .4",
        "no handler, all offered  | 4:1155            | 4       | no-handler      | True  |",
        "reset, still offered     | 4:1155 5:0@200!   | 4,5     |                 | False | StaleDevices .5",
        "reset, too many          | 4:1155 5:0@200!   | #2      |                 | False | StaleDevices",
        "reset before the look    | 4:1155 5:0@50     | 4,5     |                 | False | Unexplained .5",
        "reset, handler starting  | 4:1155 5:0@200!   | 4,5     | handler@990     | Unknown | VirtHandlerStarting",
        "reset, no handler        | 4:1155 5:0@200!   | 4,5     | no-handler      | False | StaleDevices .5",
        "gone, still offered      | 4:1155            | 4,77    |                 | False | StaleDevices",
        "as many, and others      | 4:1155@200! 5:0@200! | 5    |                 | False | StaleDevices .5; ScannedTooEarly .4",
        "offered, cannot be read  | 4:? 5:1155        | 4,5     |                 | Unknown | Unreadable .4",
        "not all can be read      | 4:1155            | 4       | problem         | Unknown | Unreadable",
        "a card without an id     | 4:1155            |         | no-id           | Unknown | Unreadable .4",
        "about to change          | 4:1155 5:0@200!c  | 4,5     |                 | Unknown | Changing",
        "about to get its first   | 4:1155c           |         |                 | Unknown | Changing .4",
        "changing, by number      | 4:1155 5:0c       | #2      |                 | Unknown | Changing",
        "another changes          | 4:1155@200! 5:0c  |         |                 | False | ScannedTooEarly .4",
        "a shared group           | 4:1155g7 5:1155g7 | 7       |                 | False | SharedIommuGroup .4 .5",
        "a shared group, typed one| 4:1155g7 5:0g7    | 7       |                 | True  |",
        "no group                 | 4:1155g- 5:1155   | 5       |                 | False | NoIommuGroup .4",
        "not permitted            | 4:1155            |         | no-entry        | False | NotPermitted .4",
        "another card's entry     | 4:1155            |         | no-entry entry:nvidia.com/A10-12Q=10DE:2236 | False | NotPermitted .4",
        "a wrong selector         | 4:1155            |         | no-entry entry:nvidia.com/L40S-24Q=10DE:26B5 | False | SelectorWrong .4",
        "a malformed selector     | 4:1155            |         | no-entry entry:nvidia.com/L40S-24Q=26B9 | False | SelectorWrong .4",
        "of a size without a name | 4:77              |         | no-entry entry:nvidia.com/L40S-8Q=10DE | False | SelectorWrong .4",
        "left to nobody           | 4:1155            |         | no-entry external:nvidia.com/L40S-24Q=10DE:26B9 | False | ExternalProvider .4",
        "left to another plugin   | 4:1155            | GPU-1   | no-entry external:nvidia.com/L40S-24Q=10DE:26B9 | True |",
        "left to it, by number    | 4:1155            | #1      | no-entry external:nvidia.com/L40S-24Q=10DE:26B9 | True |",
        "the last entry has it    | 4:1155            | x.y/b=4 | entry:x.y/b=10de:26b9 | True |",
        "it was another's         | 4:1155@50         | 4 x.y/b=4 | entry:x.y/b=10de:26b9 listed@150 | False | StaleDevices .4",
        "no KubeVirt              | 4:1155            |         | no-kubevirt     | False | NoKubeVirt .4",
        "no KubeVirt, no vGPU     | 4:0               |         | no-kubevirt     | True  |",
        "no gate                  | 4:1155            | 4       | no-gate         | True  | HostDevicesGateOff",
        "no gate, no vGPU         | 4:0               |         | no-gate         | True  |",
        "a function passed through| 4:1155 5:vfio     | 4,5     |                 | False | PassedThrough .5",
        "the whole card           |                   | 40      | passed-through  | False | PassedThrough .0",
        "the whole card, and meant|                   | x.y/b=40 | passed-through entry:x.y/b=10de:26b9 | True |",
      })
  void of(
      String name, String functions, String offered, String facts, Status status, String causes) {
    Scene scene = SceneText.with(functions).offered(offered).and(facts).scene();

    Diagnosis diagnosis = advertised.of(scene);

    assertThat(SceneText.shown(diagnosis.causes())).isEqualTo(causes == null ? "" : causes);
    assertThat(diagnosis.status()).isEqualTo(status);
    assertThat(diagnosis.reason())
        .isEqualTo(
            status == Status.True ? "Advertised" : diagnosis.causes().getFirst().kind().name());
    assertThat(diagnosis.message()).isNotBlank().hasSizeLessThanOrEqualTo(1024);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "all is well    | 4:1155     | 4   |                 | just the 1 virtual functions that carry something are offered",
        "too early      | 4:1155@200 |     |                 | virt-handler started at 1970-01-01T00:01:40Z and looked once, before 0000:41:00.4 carried anything or before that was permitted, so nobody gets it as nvidia.com/L40S-24Q: restart virt-handler on this node, which no running machine notices (kubectl delete pod -n kv vh-x)",
        "stale          | 4:1155 5:0@200 | 4,5 |             | the kubelet still gives out 0000:41:00.5 with nothing to give as nvidia.com/L40S-24Q: restart virt-handler on this node, which no running machine notices (kubectl delete pod -n kv vh-x)",
        "too old        | 4:1155     |     | v1.8.2          | KubeVirt v1.8.2 offers no vGPU that is a virtual function, and says nothing, so nobody gets 0000:41:00.4: update KubeVirt to v1.9.0 or newer",
        "not permitted  | 4:1155     |     | no-entry        | no entry of the permitted list selects 10DE:26B9, so KubeVirt does not offer 0000:41:00.4: add one with pciVendorSelector \"10DE:26B9\" and resourceName nvidia.com/L40S-24Q to spec.configuration.permittedHostDevices.pciHostDevices of the KubeVirt CR",
        "wrong selector | 4:1155     |     | no-entry entry:nvidia.com/L40S-24Q=10DE:26B5 | the entry of nvidia.com/L40S-24Q selects \"10DE:26B5\", and the card of 0000:41:00.4 is 10DE:26B9: set its pciVendorSelector to \"10DE:26B9\" in spec.configuration.permittedHostDevices.pciHostDevices of the KubeVirt CR",
        "external       | 4:1155     |     | no-entry external:nvidia.com/L40S-24Q=10DE:26B9 | the entry of nvidia.com/L40S-24Q says externalResourceProvider, so KubeVirt leaves 0000:41:00.4 to another device plugin, which offers 0 of 1: take externalResourceProvider from the entry in spec.configuration.permittedHostDevices.pciHostDevices of the KubeVirt CR, or see that plugin's log",
        "no handler     | 4:1155@50  |     | no-handler      | no virt-handler is on this node, so nobody offers 0000:41:00.4: see the node selector, tolerations and events of DaemonSet virt-handler in namespace kv",
        "a problem      | 4:?        |     | problem         | what 0000:41:00.4 is or carries cannot be read; cannot list /sys/bus/pci/devices: see this agent's log",
        "not running    | 4:1155@50  |     | handler-stopped | virt-handler does not run: see kubectl logs -n kv vh-x",
        "unexplained    | 4:1155@50  |     |                 | KubeVirt does not offer 0000:41:00.4 as nvidia.com/L40S-24Q, although virt-handler started at 1970-01-01T00:01:40Z, when they carried something: see kubectl logs -n kv vh-x",
      })
  void message_saysWhatItIsAndTheCure(
      String name, String functions, String offered, String facts, String message) {
    Scene scene = SceneText.with(functions).offered(offered).and(facts).scene();
    assertThat(advertised.of(scene).message()).isEqualTo(message);
  }

  @Test
  void message_ofManyCauses_isShort() {
    String entries =
        IntStream.range(0, 20)
            .mapToObj(i -> "entry:nvidia.com/L40S-%dQ=10DE:26B9".formatted(i + 1))
            .collect(Collectors.joining(" "));
    String offers =
        IntStream.range(0, 20)
            .mapToObj(i -> "nvidia.com/L40S-%dQ=8,9".formatted(i + 1))
            .collect(Collectors.joining(" "));
    Diagnosis diagnosis =
        advertised.of(
            SceneText.with("4:1155 8:0@200 9:0@200").and(entries).offered(offers).scene());
    assertThat(diagnosis.causes()).hasSizeGreaterThan(10);
    assertThat(diagnosis.message()).hasSizeLessThanOrEqualTo(1024).endsWith(" more");
  }
}
