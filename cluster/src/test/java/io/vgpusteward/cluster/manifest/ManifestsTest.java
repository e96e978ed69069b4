package io.vgpusteward.cluster.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Left a word of YAML, right the JSON that {@code kubectl create --dry-run=client} shows. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "yes, true",
        "On, true",
        "y, true",
        "off, false",
        "No, false",
        "true, true",
        "~, null",
        "null, null",
        "`\"yes\"`, `\"yes\"`",
        "'on', `\"on\"`",
        "!!str on, `\"on\"`",
        "!!str 12, `\"12\"`",
        "12, 12",
        "-3, -3",
        "0755, 493",
        "0o17, 15",
        "0x1F, 31",
        "0b11, 3",
        "1_000, 1000",
        "08, 8",
        "18446744073709551616, 18446744073709551616",
        "1.5, 1.5",
        "1e3, 1000",
        ".5, 0.5",
        "12:30, `\"12:30\"`",
        "2026-11-21, `\"2026-11-21\"`",
        "10DE:26B9, `\"10DE:26B9\"`",
        "1.2.3, `\"1.2.3\"`",
        "v1.9.0, `\"v1.9.0\"`",
        "20Gi, `\"20Gi\"`",
        "-, `[null]`",
        "TRUE!, `\"TRUE!\"`",
        "=, `\"=\"`",
      })
  void word_readsAsKubectlReadsIt(String yaml, String json) throws Exception {
    String text = yaml.equals("-") ? "kind: X\nvalue:\n- \n" : "kind: X\nvalue: " + yaml + "\n";
    assertThat(only(text).path("value")).isEqualTo(normal(json));
  }

  @Test
  void keys_becomeStrings() {
    JsonNode object = only("kind: X\ndata: {8080: a, yes: b, ~: c, 1.50: d}\n");
    assertThat(object.path("data").properties())
        .extracting(field -> field.getKey() + "=" + field.getValue().asText())
        .containsExactly("8080=a", "true=b", "null=c", "1.5=d");
  }

  @Test
  void anchorsAndMergeKeys_areResolved() {
    JsonNode object =
        only(
            """
            kind: X
            base: &base {a: 1, b: 2}
            other: &other {b: 3, c: 4}
            copy: *base
            merged:
              <<: [*base, *other]
              a: 9
            """);
    assertThat(object.path("copy").path("b").intValue()).isEqualTo(2);
    assertThat(object.path("merged").toString()).isEqualTo("{\"a\":9,\"b\":2,\"c\":4}");
  }

  @Test
  void documentsAndListItems_comeOneByOneWithTheirLines() {
    List<Manifest> found =
        parse(
            """
            # a comment
            ---
            kind: A
            ---
            ---
            # nothing here

            ---
            kind: List
            items:
              - kind: B
              - apiVersion: v1
                kind: C
            ---
            kind: VirtualMachineList
            items: []
            """);
    assertThat(found)
        .extracting(Manifest::toString)
        .containsExactly("test.yaml:3 A", "test.yaml:11 B", "test.yaml:12 C");
  }

  @Test
  void json_isYaml() {
    assertThat(
            only("{\n  \"kind\": \"X\",\n  \"n\": 1.0,\n  \"s\": \"a\\u00e9\\/\"\n}\n").toString())
        .isEqualTo("{\"kind\":\"X\",\"n\":1,\"s\":\"aé/\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: A\\n---\\nkind: B\\nbad|test.yaml:4",
        "kind: A\\ndata:\\n\\t- x|test.yaml:3",
        "kind: A\\nkind: B|test.yaml:2: this key stands here twice",
        "a: 1\\nb: [1, 2|test.yaml:2",
        "just words|test.yaml:1: is not a Kubernetes object",
        "kind: List\\nitems:\\n- kind: A\\n- word|test.yaml:4: is not a Kubernetes object",
        "kind: A\\nx: .inf|test.yaml:2: infinity",
        "kind: A\\n? [a]\\n: b|test.yaml:2: a key must be a word",
        "kind: A\\nx: &x [*x]|test.yaml:2: an alias to something that it is part of",
        "kind: A\\n<<: 3|test.yaml:2: << takes a mapping",
      })
  void broken_isReportedWithItsLine(String escaped, String message) {
    String text = escaped.replace("\\n", "\n").replace("\\t", "\t");
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: *hunter2hunter2",
        "password: !hunter2!hunter2 x",
        "password: \"hunter2hunter2 \\q\"",
        "password: hunter2hunter2: x",
        "password: %hunter2hunter2\n  @hunter2hunter2",
        "password: {hunter2hunter2",
        "hunter2hunter2\npassword",
        "password: 'hunter2hunter2",
        "hunter2hunter2: 1\nhunter2hunter2: 2",
        "password: \"\\xhunter2hunter2\"",
        "password: \u0001hunter2hunter2",
        "%hunter2hunter2\n---\nhunter2: ]",
      })
  void broken_isReportedWithoutTheFilesContent(String text) {
    ManifestException thrown =
        catchThrowableOfType(ManifestException.class, () -> parse("kind: Secret\n" + text + "\n"));
    assertThat(thrown).isNotNull();
    assertThat(thrown.toString()).doesNotContain("hunter2");
    assertThat(thrown.getCause()).isNull();
  }

  @Test
  void aliasesThatMultiply_areRefused() {
    StringBuilder text = new StringBuilder("kind: X\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      text.append("a%d: &a%d [".formatted(i, i)).append("*a" + (i - 1)).append(", *a" + (i - 1));
      text.append((", *a" + (i - 1)).repeat(8)).append("]\n");
    }
    assertThatThrownBy(() -> parse(text.toString())).hasMessageContaining("aliases");
  }

  @Test
  void nestingWithoutEnd_isRefused() {
    assertThatThrownBy(() -> parse("kind: X\nx: " + "[".repeat(200_000)))
        .isInstanceOf(ManifestException.class);
  }

  @Test
  void file_thatIsMissingOrNoText_isNamed() throws Exception {
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(() -> Manifests.read(missing))
        .hasMessage(missing + ": there is no such file");
    assertThatThrownBy(() -> Manifests.read(folder)).hasMessageContaining("cannot be read");
    Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', 0, 1, 2});
    assertThatThrownBy(() -> Manifests.read(binary)).hasMessageContaining("is no YAML");
  }

  @Test
  void written_readsBackAsItWas() throws Exception {
    JsonNode object =
        JSON.readTree(
            """
            {"kind":"X","yes":"yes","on":"on","n":"1","f":"1e3","i":5,"b":true,"nothing":null,
             "empty":"","date":"2026-11-21","colon":"a: b","hash":"a # b","star":"*x","bang":"!x",
             "text":"#cloud-config\\nusers:\\n- a\\n","noEnd":"a\\nb","blank":" a\\nb \\n","tab":"a\\t\\nb",
             "cr":"a\\r\\nb\\n","uni":"é\\n\\u2028x\\n","inf":".inf","merge":"<<","list":[{"a":[]},{},"x"],
             "annotation":{"vgpu-steward.io/profile":"L40S-24Q","count":"2"},"token":"aGk=","ctl":"\\u0007"}
            """);
    String yaml = ManifestWriter.write(object);
    assertThat(only(yaml)).isEqualTo(normal(object.toString()));
    assertThat(yaml).contains("vgpu-steward.io/profile: L40S-24Q").contains("text: |\n  #cloud");
  }

  private static JsonNode only(String yaml) {
    return parse(yaml).getFirst().object();
  }

  private static JsonNode normal(String json) throws Exception {
    JsonNode read = JSON.readTree(json);
    return read.isInt() || read.isContainerNode()
        ? new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS).readTree(json)
        : read;
  }

  @Test
  void itemsOfATypedList_areOfItsKind() {
    List<Manifest> found =
        parse(
            """
            apiVersion: kubevirt.io/v1
            kind: VirtualMachineList
            items:
            - metadata: {name: a}
            - {apiVersion: v1, kind: Pod, metadata: {name: b}}
            """);

    assertThat(found)
        .extracting(manifest -> manifest.object().path("kind").asText())
        .containsExactly("VirtualMachine", "Pod");
    assertThat(found.getFirst().object().path("apiVersion").asText()).isEqualTo("kubevirt.io/v1");
  }

  @Test
  void read_goesOnBehindWhatIsOfNoUse_whereSomebodyHears() {
    List<String> problems = new ArrayList<>();

    List<Manifest> found =
        Manifests.read(
            "test.yaml",
            new ByteArrayInputStream(
                """
                {kind: A}
                ---
                - a list
                ---
                kind: List
                items:
                - {kind: B, kind: C}
                - {kind: D}
                ---
                {kind: E}
                ---
                kind: [
                ---
                {kind: Lost}
                """
                    .getBytes(StandardCharsets.UTF_8)),
            problem -> problems.add(problem.getMessage()));

    assertThat(found)
        .extracting(manifest -> manifest.object().path("kind").asText())
        .containsExactly("A", "D", "E");
    assertThat(problems).hasSize(3);
    assertThat(problems.get(0)).isEqualTo("test.yaml:3: is not a Kubernetes object");
    assertThat(problems.get(1)).isEqualTo("test.yaml:7: this key stands here twice");
    assertThat(problems.get(2)).startsWith("test.yaml:1");
  }

  @Test
  void read_ofAFileThatIsNotThere_isToldToo() {
    List<String> problems = new ArrayList<>();

    assertThat(Manifests.read(folder.resolve("a"), problem -> problems.add(problem.problem())))
        .isEmpty();
    assertThat(problems).containsExactly("there is no such file");
  }

  private static List<Manifest> parse(String yaml) {
    return Manifests.read(
        "test.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
  }
}
