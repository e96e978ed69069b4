package io.vgpusteward.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The policy's table in the README has each rule, with its default. */
class PolicyTableTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ([a-z, ]+) \\| .+ \\| .+ \\|$");

  @Test
  void readme_hasEachRule_withItsDefault() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String table =
        readme.substring(readme.indexOf("## Policy"), readme.indexOf("### The permitted list"));

    Map<String, String> rows =
        ROW.matcher(table)
            .results()
            .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));

    assertThat(rows)
        .isEqualTo(
            Arrays.stream(Rule.values())
                .collect(Collectors.toMap(Rule::id, PolicyTableTest::describe)));
  }

  private static String describe(Rule rule) {
    boolean fixed = Arrays.stream(Mode.values()).filter(rule::allows).count() == 1;
    return rule.byDefault().name().toLowerCase(Locale.ROOT) + (fixed ? ", fixed" : "");
  }
}
