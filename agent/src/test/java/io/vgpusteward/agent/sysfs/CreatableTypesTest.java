package io.vgpusteward.agent.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CreatableTypesTest {
  private static final String HEADER = "ID    : vGPU Name\n";

  static Stream<Arguments> lists() {
    return Stream.of(
        listed("vendor", HEADER + "1153  : NVIDIA L40S-12Q\n1155  : NVIDIA L40S-24Q\n")
            .as("1153=L40S-12Q", "1155=L40S-24Q"),
        listed("full GPU", HEADER).as(),
        listed("full GPU of the open driver", "").as(),
        listed("open driver, one type left", "949   : NVIDIA RTX6000-Ada-24Q\n")
            .as("949=RTX6000-Ada-24Q"),
        listed("name first", "vGPU Name : ID\nNVIDIA L40S-24Q : 1155\nGRID A100-5C : 469\n")
            .as("1155=L40S-24Q", "469=A100-5C"),
        listed("name first, without header", "NVIDIA L40S-24Q : 1155").as("1155=L40S-24Q"),
        listed("product with spaces", "1510  : NVIDIA RTX Pro 6000 Blackwell DC-48C\n")
            .as("1510=DC-48C"),
        listed("product with spaces, name first", "NVIDIA RTX Pro 6000 Blackwell DC-2B : 1499")
            .as("1499=DC-2B"),
        listed("MIG-backed", HEADER + "474   : GRID A100-1-5C\n1600  : NVIDIA DC-1-24QGFX\n")
            .as("474=A100-1-5C", "1600=DC-1-24QGFX"),
        listed("MIG-backed, with media engines", "475   : GRID A100-1-5CME\n")
            .as("475=A100-1-5CME"),
        listed("no product", "1155 : L40S-24Q").as("1155=L40S-24Q"),
        listed("without blanks", "1155:NVIDIA L40S-24Q").as("1155=L40S-24Q"),
        listed(
                "carriage returns, tabs and empty lines",
                HEADER + "\r\n\t1155\t:\tNVIDIA L40S-24Q\r\n\n")
            .as("1155=L40S-24Q"),
        listed("lower-case header", "id : vgpu name\n1155  : NVIDIA L40S-24Q\n")
            .as("1155=L40S-24Q"),
        listed(
                "driver's order, not that of numbers",
                "2164  : NVIDIA L40S-3B\n1145  : NVIDIA L40S-1B")
            .as("2164=L40S-3B", "1145=L40S-1B"),
        listed("the same line twice", "1155  : NVIDIA L40S-24Q\n1155  : NVIDIA L40S-24Q\n")
            .as("1155=L40S-24Q"),
        listed("unknown line among good ones", HEADER + "busy\n1155  : NVIDIA L40S-24Q\n")
            .with("busy")
            .as("1155=L40S-24Q"),
        listed("another header", "Type Id / Name\n1155  : NVIDIA L40S-24Q\n")
            .with("Type Id / Name")
            .as("1155=L40S-24Q"),
        listed("name that is no profile", "1155  : NVIDIA L40S").with("1155  : NVIDIA L40S").as(),
        listed("line that was cut off", "1155  : NVIDIA L40S-24Q\n1156  : NVIDIA L40S-48")
            .with("1156  : NVIDIA L40S-48")
            .as("1155=L40S-24Q"),
        listed("only an id", "1155  :").with("1155  :").as(),
        listed("0, which stands for nothing", "0 : NVIDIA L40S-24Q")
            .with("0 : NVIDIA L40S-24Q")
            .as(),
        listed("too many digits", "99999999999999999999 : NVIDIA L40S-24Q")
            .with("99999999999999999999 : NVIDIA L40S-24Q")
            .as(),
        listed("an id with two names", "1155  : NVIDIA L40S-24Q\n1155  : NVIDIA L40S-12Q")
            .with("1155  : NVIDIA L40S-12Q")
            .as("1155=L40S-24Q"),
        listed("a message", "Error: no vGPU types : see log")
            .with("Error: no vGPU types : see log")
            .as());
  }

  private record Case(String name, String text, List<String> problems) {
    Case with(String... lines) {
      return new Case(name, text, List.of(lines));
    }

    Arguments as(String... types) {
      return argumentSet(name, text, List.of(types), problems);
    }
  }

  private static Case listed(String name, String text) {
    return new Case(name, text, List.of());
  }

  @ParameterizedTest
  @MethodSource("lists")
  void parse(String text, List<String> types, List<String> problems) {
    CreatableTypes parsed = CreatableTypes.parse(text);
    assertThat(parsed.types())
        .extracting(type -> type.id() + "=" + type.profile())
        .isEqualTo(types);
    assertThat(parsed.problems()).isEqualTo(problems);
  }
}
