package io.vgpusteward.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.agent.config.Wanted.Origin;
import io.vgpusteward.agent.config.Wanted.Reach;
import io.vgpusteward.agent.sysfs.Host;
import io.vgpusteward.agent.sysfs.HostGpu;
import io.vgpusteward.agent.sysfs.HostVf;
import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class NodeProfilesTest {
  private static final String NODE = "node-a";
  private static final String L40S = "0000:41:00.0";
  private static final String A16 = "0000:c1:00.0";
  private static final String FIRST = "0000:41:00.4";
  private static final String SECOND = "0000:41:00.5";
  private static final Set<String> BOARDS = Set.of("L40S");
  private static final HostGpu GPU = gpu(L40S, "10DE:26B9", FIRST, SECOND);
  private static final Host HOST =
      new Host(Host.Era.SRIOV, List.of(GPU, gpu(A16, "10DE:25B6", "0000:c1:00.4")));

  /**
   * What a text comes to for the first function, and the parts of what is said of its lines.
   *
   * @param wanted as {@link #describe} has it
   */
  record Case(String text, String wanted, List<String> fixes) {
    @Override
    public String toString() {
      return text.replace("\n", "\\n").replace("\r", "\\r");
    }
  }

  private static Case holds(String text, String wanted) {
    return new Case(text, wanted, List.of());
  }

  private static Case bad(String text, String... fixes) {
    return new Case(text, "nothing", List.of(fixes));
  }

  static Stream<Case> understood() {
    return Stream.of(
        holds("", "nothing"),
        holds("\n# all of this is a comment\n   \n", "nothing"),
        holds("0000:41:00.4=1155", "type 1155"),
        holds("0000:41:00.4=L40S-24Q", "L40S-24Q"),
        holds("  0000:41:00.4 = L40S-24Q  # the big one", "L40S-24Q"),
        holds("0000:41:00.4=L40S-24Q#glued", "L40S-24Q"),
        holds("0000:41:00.4=L40S-24Q\r\n0000:41:00.5=none\r\n", "L40S-24Q"),
        holds("00000000:41:00.4=L40S-24Q", "L40S-24Q"),
        holds("0000:41:00.4=NVIDIA L40S-24Q", "L40S-24Q"),
        holds("0000:41:00.4=none", "none"),
        holds("0000:41:00.4=None", "none"),
        holds("0000:41:00.4=0", "none"),
        holds("0000:41:00.0/*=L40S-24Q", "L40S-24Q for as many as fit"),
        holds("00000000:41:00.0/* = 1155", "type 1155 for as many as fit"),
        holds("0000:41:00.0/*=none", "none"),
        holds("L40S=24Q", "L40S-24Q for as many as fit"),
        holds("L40S=L40S-24Q", "L40S-24Q for as many as fit"),
        holds("L40S/*=24Q", "L40S-24Q for as many as fit"),
        holds("L40S=none", "none"),
        holds("A10=24Q", "nothing"),
        holds("0000:41:00.0/sizes=mixed\n0000:41:00.4=L40S-24Q", "L40S-24Q"),
        // The same twice is no contradiction.
        holds("0000:41:00.4=L40S-24Q\n0000:41:00.4=L40S-24Q", "L40S-24Q"),
        // Less reach wins, wherever the line is.
        holds("0000:41:00.4=L40S-12Q\n0000:41:00.0/*=L40S-24Q\nL40S=48Q", "L40S-12Q"),
        holds("L40S=48Q\n0000:41:00.0/*=L40S-24Q", "L40S-24Q for as many as fit"),
        holds("L40S=48Q\n0000:41:00.4=none", "none"));
  }

  static Stream<Case> refused() {
    return Stream.of(
        bad("0000:41:00.4", "there is no =; write <address>=<profile>"),
        bad("=L40S-24Q", "left of the = must be the address"),
        bad("0000:41:00.9=L40S-24Q", "left of the = must be the address"),
        bad(
            "41:00.4=L40S-24Q",
            "lacks its domain; write it as in /sys/bus/pci/devices, 0000:41:00.4"),
        bad("L40S-24Q=0000:41:00.4", "goes to the right of the ="),
        bad("0000:41:00.4=", "nothing follows the =; write a profile"),
        bad("0000:41:00.4=<profile-id>", "still the example's placeholder"),
        bad("0000:41:00.4=24Q", "whole profile, such as L40S-24Q"),
        bad("0000:41:00.4=l40s-24q", "neither a profile (L40S-24Q), spelled as the driver does"),
        bad("0000:41:00.4=nvidia.com/L40S-24Q", "neither a profile"),
        bad("0000:41:00.4=mixed", "write 0000:41:00.4/sizes=mixed"),
        bad("0000:41:00.0/sizes=equal", "write /sizes=mixed or remove the line"),
        bad("L40S=1155", "write the profile's name"),
        bad("L40S=A10-24Q", "A10-24Q is no profile of board L40S"),
        bad("L40S=big", "big is no profile of board L40S; write one, such as L40S-24Q"),
        bad(
            "0000:41:00.4=L40S-24Q\n0000:41:00.4=L40S-12Q",
            "it contradicts line 1, \"0000:41:00.4=L40S-24Q\": none of them holds"),
        // What is contradicted is left as it is, and not given to the lines of more reach.
        bad("0000:41:00.4=L40S-24Q\n00000000:41:00.4=none\nL40S=24Q", "it contradicts line 1"));
  }

  @ParameterizedTest
  @MethodSource({"understood", "refused"})
  void text_saysWhatIsWantedAndWhatIsWrong(Case one) {
    NodeProfiles profiles = NodeProfiles.of(Map.of("profiles", one.text()), NODE);

    assertThat(describe(profiles.wanted(GPU, BOARDS, GPU.vfs().getFirst())))
        .isEqualTo(one.wanted());
    assertThat(profiles.problems()).hasSameSizeAs(one.fixes());
    for (int index = 0; index < one.fixes().size(); index++) {
      assertThat(profiles.problems().get(index).fix()).contains(one.fixes().get(index));
    }
  }

  @Test
  void badLine_isNamedAndOthersHold() {
    NodeProfiles profiles =
        NodeProfiles.of(
            Map.of("profiles", "0000:41:00.4=L40S-24Q\n\n0000:41:00.5 L40S-24Q # typo\n"), NODE);

    assertThat(profiles.problems())
        .containsExactly(
            new Problem(
                "profiles",
                3,
                "0000:41:00.5 L40S-24Q # typo",
                "there is no =; write <address>=<profile>"));
    assertThat(profiles.problems().getFirst())
        .hasToString(
            "key profiles, line 3, \"0000:41:00.5 L40S-24Q # typo\": there is no =; write"
                + " <address>=<profile>");
    assertThat(profiles.wanted(GPU, BOARDS, GPU.vfs().getFirst()))
        .isEqualTo(
            new Wanted.Named(profile("L40S-24Q"), new Origin("profiles", 1, Reach.FUNCTION)));
    assertThat(profiles.wanted(GPU, BOARDS, GPU.vfs().get(1))).isEqualTo(new Wanted.Nothing());
  }

  @Test
  void longLine_isCut() {
    NodeProfiles profiles = NodeProfiles.of(Map.of("profiles", "x".repeat(5000)), NODE);

    assertThat(profiles.problems().getFirst().text()).hasSize(120).endsWith("…");
  }

  @Test
  void nodesOwnKey_takesThePlaceOfTheSharedOne() {
    Map<String, String> data =
        Map.of(
            "profiles",
            "0000:41:00.4=1155\n0000:41:00.5=1155\nnonsense",
            NODE,
            "0000:41:00.4=L40S-12Q",
            "node-b",
            "more nonsense");
    NodeProfiles own = NodeProfiles.of(data, NODE);
    NodeProfiles shared = NodeProfiles.of(data, "node-c");

    assertThat(own.key()).isEqualTo(NODE);
    assertThat(own.problems()).isEmpty();
    assertThat(wanted(own)).containsExactly("L40S-12Q", "nothing");
    assertThat(shared.key()).isEqualTo("profiles");
    assertThat(shared.problems()).hasSize(1);
    assertThat(wanted(shared)).containsExactly("type 1155", "type 1155");
  }

  @Test
  void emptyOwnKey_leavesTheNodeAsItIs() {
    NodeProfiles own = NodeProfiles.of(Map.of("profiles", "L40S=24Q", NODE, ""), NODE);

    assertThat(wanted(own)).containsExactly("nothing", "nothing");
  }

  @Test
  void noKeyAtAll_isNothing() {
    assertThat(wanted(NodeProfiles.none())).containsExactly("nothing", "nothing");
    assertThat(NodeProfiles.of(Map.of("profile", "L40S=24Q"), NODE).problems()).isEmpty();
  }

  @Test
  void guidesConfigMap_worksAsItIs() throws IOException {
    String placeholders = guide();
    NodeProfiles untouched = NodeProfiles.of(Map.of("profiles", placeholders), NODE);
    NodeProfiles filled =
        NodeProfiles.of(Map.of("profiles", placeholders.replace("<profile-id>", "1155")), NODE);
    HostGpu gpu = gpu("0000:02:00.0", "10DE:26B9", "0000:02:00.4", "0000:02:00.5");

    assertThat(untouched.problems())
        .extracting(Problem::line, Problem::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, "0000:02:00.4=<profile-id>"),
            org.assertj.core.groups.Tuple.tuple(2, "0000:02:00.5=<profile-id>"));
    assertThat(filled.problems()).isEmpty();
    assertThat(gpu.vfs().stream().map(vf -> describe(filled.wanted(gpu, Set.of(), vf))))
        .containsExactly("type 1155", "type 1155");
  }

  static Stream<Case> unmatched() {
    return Stream.of(
        holds("0000:41:00.4=1155\n0000:41:00.0/*=1155\nL40S=24Q\n0000:c1:00.0/sizes=mixed", ""),
        bad(
            "0000:41:00.0=L40S-24Q",
            "is a whole GPU, which carries no profile itself; write 0000:41:00.0/*"),
        bad("0000:42:00.4=L40S-24Q", "this node has no virtual function 0000:42:00.4 now"),
        bad("0000:41:00.4/*=L40S-24Q", "is a virtual function; write its line without /*"),
        bad("0000:42:00.0/*=L40S-24Q", "this node has no GPU 0000:42:00.0"),
        bad("0000:42:00.0/sizes=mixed", "this node has no GPU 0000:42:00.0"),
        bad("A10=24Q", "no GPU of this node has profiles of board A10"));
  }

  @ParameterizedTest
  @MethodSource("unmatched")
  void lineAboutNothing_isAProblemOfTheNodesOwnKeyOnly(Case one) {
    Map<String, Set<String>> boards = Map.of(L40S, BOARDS);
    NodeProfiles own = NodeProfiles.of(Map.of(NODE, one.text()), NODE);
    NodeProfiles shared = NodeProfiles.of(Map.of("profiles", one.text()), NODE);

    assertThat(own.problems()).isEmpty();
    assertThat(own.unmatched(HOST, boards)).hasSameSizeAs(one.fixes());
    for (int index = 0; index < one.fixes().size(); index++) {
      assertThat(own.unmatched(HOST, boards).get(index).fix()).contains(one.fixes().get(index));
    }
    assertThat(shared.unmatched(HOST, boards)).isEmpty();
  }

  @Test
  void board_isThePciIdsUntilTheDriverHasListedSomething() {
    NodeProfiles both = NodeProfiles.of(Map.of("profiles", "A2=8Q\nA16=8Q"), NODE);
    NodeProfiles one = NodeProfiles.of(Map.of("profiles", "L40S=24Q"), NODE);
    HostGpu shared = HOST.gpus().get(1);

    assertThat(describe(one.wanted(GPU, Set.of(), GPU.vfs().getFirst())))
        .isEqualTo("L40S-24Q for as many as fit");
    assertThat(describe(one.wanted(GPU, Set.of("L40"), GPU.vfs().getFirst()))).isEqualTo("nothing");
    // A2 and A16 have one id: until a list tells them apart neither line holds.
    assertThat(describe(both.wanted(shared, Set.of(), shared.vfs().getFirst())))
        .isEqualTo("nothing");
    assertThat(describe(both.wanted(shared, Set.of("A16"), shared.vfs().getFirst())))
        .isEqualTo("A16-8Q for as many as fit");
  }

  @Test
  void mixedSizes_areSaidOfAGpuOrABoard() {
    assertThat(mayMix("0000:41:00.0/sizes=mixed")).isTrue();
    assertThat(mayMix("00000000:41:00.0/Sizes = MIXED # since boot")).isTrue();
    assertThat(mayMix("L40S/sizes=mixed")).isTrue();
    assertThat(mayMix("A10/sizes=mixed")).isFalse();
    assertThat(mayMix("0000:41:00.0/*=L40S-24Q")).isFalse();
  }

  private static boolean mayMix(String text) {
    return NodeProfiles.of(Map.of("profiles", text), NODE).mayMixSizes(GPU, BOARDS);
  }

  private static List<String> wanted(NodeProfiles profiles) {
    return GPU.vfs().stream().map(vf -> describe(profiles.wanted(GPU, BOARDS, vf))).toList();
  }

  private static String describe(Wanted wanted) {
    String what =
        switch (wanted) {
          case Wanted.Nothing nothing -> "nothing";
          case Wanted.Unset unset -> "none";
          case Wanted.Named named -> named.profile().name();
          case Wanted.Numbered numbered -> "type " + numbered.type();
        };
    return what + (wanted.isForAsManyAsFit() ? " for as many as fit" : "");
  }

  private static String guide() throws IOException {
    try (InputStream yaml = NodeProfilesTest.class.getResourceAsStream("cozystack-guide.yaml")) {
      Object map =
          new Load(LoadSettings.builder().build())
              .loadFromInputStream(Objects.requireNonNull(yaml));
      Object data = ((Map<?, ?>) map).get("data");
      return (String)
          Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(data)).get("profiles"));
    }
  }

  private static HostGpu gpu(String busId, String pciId, String... vfs) {
    return new HostGpu(
        busId,
        PciId.parse(pciId),
        Optional.of("nvidia"),
        32,
        Stream.of(vfs)
            .map(vf ->
                new HostVf(vf, Optional.of("nvidia"), Optional.of(0L), List.of(), Optional.empty()))
            .toList());
  }

  private static Profile profile(String name) {
    return Profile.parse(name).orElseThrow();
  }
}
