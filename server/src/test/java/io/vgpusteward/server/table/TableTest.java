package io.vgpusteward.server.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.server.table.Cell.Tone;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

class TableTest {
  private static final String WHY = "2 VFs carry L40S-24Q, and 2 carry L40S-12Q";

  private final Table table = new Table(List.of("NODE", "VERDICT", "WHY"));

  @Test
  void columns_areAsWideAsWhatIsInThem() {
    add("gpu-1", "Ambiguous", WHY);
    add("a-longer-name", "Fits", "");

    assertThat(plain(OptionalInt.empty()))
        .isEqualTo(
            """
            NODE            VERDICT     WHY
            gpu-1           Ambiguous   2 VFs carry L40S-24Q, and 2 carry L40S-12Q
            a-longer-name   Fits
            """);
  }

  @Test
  void screen_breaksTheLastColumn_betweenWords() {
    add("gpu-1", "Ambiguous", WHY);

    assertThat(plain(OptionalInt.of(46)))
        .isEqualTo(
            """
            NODE    VERDICT     WHY
            gpu-1   Ambiguous   2 VFs carry L40S-24Q, and
                                2 carry L40S-12Q
            """);
  }

  @Test
  void wordThatIsTooLong_isCut() {
    add("n", "Lacks", "0123456789".repeat(3) + " end");

    assertThat(plain(OptionalInt.of(41)))
        .isEqualTo(
            """
            NODE   VERDICT   WHY
            n      Lacks     012345678901234567890123
                             456789 end
            """);
  }

  @Test
  void narrowScreen_breaksLinesItself() {
    add("gpu-1", "Ambiguous", WHY);

    assertThat(plain(OptionalInt.of(30))).isEqualTo(plain(OptionalInt.empty()));
  }

  @Test
  void colours_areForThoseWhoHaveThem_andCountForNoWidth() {
    table.add(List.of(Cell.of("gpu-1"), new Cell("Fits", Tone.GOOD), new Cell("yes", Tone.PLAIN)));

    String coloured = table.lines(Help.defaultColorScheme(Ansi.ON), OptionalInt.empty());
    assertThat(coloured).contains("\u001b[32mFits").contains("\u001b[1mNODE");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain(OptionalInt.empty()));
  }

  @Test
  void users_drawNothing() {
    add("@|red n|@", "a\tb", "\u001b[2Jgone\nnext");

    assertThat(plain(OptionalInt.empty()))
        .isEqualTo(
            """
            NODE        VERDICT   WHY
            @|red n|@   a b       [2Jgone next
            """);
  }

  @Test
  void rowOfAnotherLength_isRefused() {
    assertThatThrownBy(() -> table.add(List.of(Cell.of("one"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 3 headings");
  }

  private void add(String... texts) {
    table.add(List.of(texts).stream().map(Cell::of).toList());
  }

  private String plain(OptionalInt screen) {
    return table.lines(Help.defaultColorScheme(Ansi.OFF), screen);
  }
}
