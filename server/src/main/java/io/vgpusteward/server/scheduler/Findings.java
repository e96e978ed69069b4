package io.vgpusteward.server.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a configuration, collected by the checks. */
final class Findings {
  private final List<Finding> list = new ArrayList<>();

  /** How much it matters. */
  enum Severity {
    /** The scheduler does not start, vGPU pods are not placed, or they are placed wrong. */
    ERROR,
    /** It works, and there is something to know or to better. */
    WARNING;

    String word() {
      return this == ERROR ? "error" : "warning";
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param path of the field; empty for the whole file
   * @param why what comes of it
   * @param fix what to write instead
   */
  record Finding(Severity severity, String path, String why, String fix) {
    @Override
    public String toString() {
      return severity.word() + ": " + (path.isEmpty() ? "" : path + ": ") + why + "; " + fix;
    }
  }

  void error(Place place, String why, String fix) {
    list.add(new Finding(Severity.ERROR, place.path(), why, fix));
  }

  void warning(Place place, String why, String fix) {
    list.add(new Finding(Severity.WARNING, place.path(), why, fix));
  }

  /** Errors first, else in the order of their finding. */
  List<Finding> all() {
    return list.stream().sorted(Comparator.comparing(Finding::severity)).toList();
  }

  /** How many there are of a severity. */
  long count(Severity severity) {
    return list.stream().filter(finding -> finding.severity() == severity).count();
  }
}
