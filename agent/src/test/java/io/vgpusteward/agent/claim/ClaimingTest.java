package io.vgpusteward.agent.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.podresources.PodResources.PodDevices;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node with an L40S: its functions 41:00.4, 41:00.5 and 41:00.6 are in groups 4, 5 and 5, so two
 * share one. Group 9 is of a network card.
 */
final class ClaimingTest {
  private static final String L40S = "nvidia.com/L40S-24Q";
  private static final Map<String, String> GROUPS =
      Map.of("0000:41:00.4", "4", "0000:41:00.5", "5", "0000:41:00.6", "5", "0000:02:00.0", "9");
  private static final Host HOST =
      new Host(
          Host.Era.SRIOV,
          List.of(
              new HostGpu(
                  "0000:41:00.0",
                  PciId.parse("10DE:26B9"),
                  Optional.of("nvidia"),
                  16,
                  Stream.of("0000:41:00.4", "0000:41:00.5", "0000:41:00.6")
                      .map(vf ->
                          new HostVf(
                              vf,
                              Optional.of("nvidia"),
                              Optional.of(1155L),
                              List.of(),
                              Optional.empty()))
                      .toList())));

  /** Two cards under one name, and one of another device plugin. */
  private static final PermittedDevices PERMITTED =
      new PermittedDevices(
          List.of(
              pci("10DE:26B9", L40S, false),
              pci("10DE:2331", "nvidia.com/H100-80C", false),
              pci("10DE:2330", "nvidia.com/H100-80C", false),
              pci("10DE:26B9", "example.com/external", true),
              pci("10DE:26B9 ", "nvidia.com/A40-8Q", false),
              pci("8086:0D58", "example.com/nic", false),
              new PermittedDevice(
                  Kind.MEDIATED, "NVIDIA T4-1Q", new ResourceName("nvidia.com/T4-1Q"), false)));

  /**
   * A pod is {@code name[!][@vm] resource=count ...}: {@code !} for one that has finished. What the
   * kubelet gave is {@code name resource=id,id ...}; {@code -} where it cannot be asked.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "a machine with its function   | a@vm $=1           | a $=4       | .4=a(vm)          |",
        "a pod that is no machine      | a $=1              | a $=4       | .4=a              |",
        "functions that share a group  | a@vm $=1           | a $=5       | .5=a(vm) .6=a(vm) |",
        "two of them                   | a@vm $=2           | a $=4,5     | .4=a(vm) .5=a(vm) .6=a(vm) |",
        "one of two is still to come   | a@vm $=2           | a $=4       | .4=a(vm)          | a(vm):26B9",
        "one that has nothing yet      | a@vm $=1           | a           |                   | a(vm):26B9",
        "one that the kubelet lacks    | a@vm $=1           |             |                   | a(vm):26B9",
        "one that only it knows        |                    | a $=4       | .4=a              |",
        "one that has finished         | a!@vm $=1          |             |                   |",
        "finished, and still listed    | a!@vm $=1          | a $=4       | .4=a(vm)          |",
        "finished, and one after it    | a!@v $=1;b@w $=1   | b $=4;a $=4 | .4=b(w)           |",
        "one after it, and finished    | a!@v $=1;b@w $=1   | a $=4;b $=4 | .4=b(w)           |",
        "nobody to ask                 | a@vm $=1;b cpu=2   | -           |                   | a(vm):26B9",
        "finished, nobody to ask       | a!@vm $=1          | -           |                   |",
        "a name with two ids           | a nvidia.com/H100-80C=1 | -      |                   | a:2330,2331",
        "another device plugin's       | a example.com/external=1 | -     |                   | a:26B9",
        "a malformed selector          | a nvidia.com/A40-8Q=1 | -        |                   | a:2235",
        "gone from the list            | a nvidia.com/L4-4Q=1 | -         |                   | a:27B8",
        "gone, and of no known board   | a nvidia.com/X9-4Q=1 | -         |                   | a:",
        "gone, and named after none    | a nvidia.com/AD102=1 | -         |                   | a:",
        "mediated, so not ours         | a nvidia.com/T4-1Q=1 | -         |                   |",
        "a network card                | a example.com/nic=1 | a example.com/nic=9 |          |",
        "others number devices too     | a example.org/tun=1 | a example.org/tun=4 |          |",
        "but a machine's are functions | a@vm example.org/x=1 | a example.org/x=4 | .4=a(vm)  |",
        "by its address                | a example.com/external=1 | a example.com/external=0000:41:00.4 | .4=a |",
        "by a name nobody knows        | a example.com/external=1 | a example.com/external=GPU-1 |       | a:26B9",
        "a group that is gone          | a@vm $=1           | a $=77      |                   | a(vm):26B9",
        "a GPU of another resource     | a@vm $=1           | a $=9       |                   |",
        "init containers asked twice   | a@vm $=1           | a $=4,5     | .4=a(vm) .5=a(vm) .6=a(vm) |",
      })
  void claims(String name, String pods, String given, String held, String awaiting) {
    Claims claims =
        new Claiming(HOST, GROUPS, new Wishes(PERMITTED))
            .claims(
                items(pods).map(ClaimingTest::pod).toList(),
                Optional.ofNullable(given)
                    .map(text -> items(text).map(ClaimingTest::given).toList()));

    assertThat(held(claims)).isEqualTo(held == null ? "" : held);
    assertThat(awaiting(claims)).isEqualTo(awaiting == null ? "" : awaiting);
  }

  private static Stream<String> items(String text) {
    return text == null
        ? Stream.of()
        : Arrays.stream(text.replace("$", L40S).split(";", -1)).filter(item -> !item.isBlank());
  }

  private static NodePod pod(String text) {
    String[] words = text.split(" ", -1);
    String[] name = words[0].split("@", -1);
    Map<ResourceName, Integer> devices =
        pairs(words)
            .collect(
                Collectors.toMap(
                    pair -> new ResourceName(pair[0]), pair -> Integer.valueOf(pair[1])));
    return new NodePod(
        "tenant",
        name[0].replace("!", ""),
        name[0].endsWith("!"),
        name.length > 1 ? Optional.of(name[1]) : Optional.empty(),
        new TreeMap<>(devices));
  }

  private static PodDevices given(String text) {
    String[] words = text.split(" ", -1);
    return new PodDevices(
        "tenant",
        words[0],
        pairs(words)
            .collect(
                Collectors.toMap(
                    pair -> new ResourceName(pair[0]), pair -> Set.of(pair[1].split(",", -1)))));
  }

  private static Stream<String[]> pairs(String... words) {
    return Arrays.stream(words).skip(1).map(word -> word.split("=", -1));
  }

  private static String held(Claims claims) {
    return new TreeMap<>(claims.held())
        .entrySet().stream()
            .map(one -> one.getKey().replace("0000:41:00", "") + "=" + shown(one.getValue()))
            .collect(Collectors.joining(" "));
  }

  private static String awaiting(Claims claims) {
    return claims.awaiting().stream()
        .map(one ->
            shown(one.pod())
                + ":"
                + new TreeSet<>(one.pciIds().stream().map(id -> id.value().substring(5)).toList())
                    .stream().collect(Collectors.joining(",")))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static String shown(io.vgpusteward.vgpu.Vf.Holder holder) {
    assertThat(holder.namespace()).isEqualTo("tenant");
    return holder.pod() + holder.virtualMachine().map(vm -> "(" + vm + ")").orElse("");
  }

  private static PermittedDevice pci(String selector, String resource, boolean external) {
    return new PermittedDevice(Kind.PCI, selector, new ResourceName(resource), external);
  }
}
