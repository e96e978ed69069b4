package io.vgpusteward.server.review;

import io.vgpusteward.server.review.ReviewFinding.Verdict;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What became of all manifests.
 *
 * @param problems what could not be read
 */
record Report(List<Reviewed> objects, List<ReviewFinding> problems) {
  private static final int REFUSED = 1;
  private static final int NOT_REVIEWED = 2;

  /** From which verdict on a review has failed. */
  @SuppressWarnings("EnumOrdinal")
  enum FailOn {
    denial,
    warning
  }

  Report {
    objects = List.copyOf(objects);
    problems = List.copyOf(problems);
  }

  /** Those of the objects in their order, then what could not be read. */
  List<ReviewFinding> findings() {
    return Stream.concat(
            objects.stream().flatMap(object -> object.findings().stream()), problems.stream())
        .toList();
  }

  /** How many objects somebody reviews. */
  int reviewed() {
    return count(Reviewed::concerned);
  }

  /** How many objects nobody reviews. */
  int others() {
    return objects.size() - reviewed();
  }

  int denied() {
    return count(object -> object.has(Verdict.DENY));
  }

  int warned() {
    return count(object -> object.has(Verdict.WARN));
  }

  int changed() {
    return count(Reviewed::isChanged);
  }

  /** How many objects and documents could not be reviewed. */
  int failed() {
    return problems.size() + count(object -> object.has(Verdict.ERROR));
  }

  /** The exit status, by the worst: see {@link ReviewCommand}. */
  int status(FailOn failOn) {
    if (failed() > 0) {
      return NOT_REVIEWED;
    }
    return denied() > 0 || (failOn == FailOn.warning && warned() > 0) ? REFUSED : 0;
  }

  private int count(Predicate<Reviewed> which) {
    return (int) objects.stream().filter(which).count();
  }
}
