package io.vgpusteward.server.review;

import java.io.PrintWriter;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/** Findings for people: a line each, which editors and CI can follow to the file. */
final class FindingLines {
  /** What would move a terminal's cursor, or end the line: names and messages hold users' text. */
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private final PrintWriter to;
  private final Ansi colors;

  FindingLines(PrintWriter to, Ansi colors) {
    this.to = to;
    this.colors = colors;
  }

  void print(ReviewFinding finding) {
    String object = finding.object().map(subject -> subject + ": ").orElse("");
    to.println(
        clean(finding.place() + ": " + object)
            + verdict(finding.verdict())
            + clean(": " + finding.remark().text()));
  }

  /** What was looked at, and how much of it has findings. */
  void summary(Report report) {
    to.println(
        counted(report.reviewed(), "object")
            + " reviewed: "
            + report.denied()
            + " denied, "
            + report.warned()
            + " with warnings; "
            + counted(report.others(), "object")
            + " of other kinds; "
            + report.failed()
            + " not to be reviewed");
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }

  private String verdict(ReviewFinding.Verdict verdict) {
    String style =
        switch (verdict) {
          case ERROR, DENY -> "bold,red";
          case WARN -> "yellow";
        };
    return colors.string("@|" + style + " " + verdict.word() + "|@");
  }

  private static String clean(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }
}
