package io.vgpusteward.server.review;

import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestException;
import io.vgpusteward.webhook.review.Remark;
import java.util.Optional;

/**
 * One thing to say of a file.
 *
 * @param file as the user named it, or found below the folder that the user named
 * @param line from 1; 0 where the whole file is meant
 * @param object what it is about; empty where the file could not be read
 */
record ReviewFinding(
    String file, int line, Optional<Subject> object, Verdict verdict, Remark remark) {
  /** What it means for the file. */
  enum Verdict {
    /** It could not be reviewed. */
    ERROR("error", "error"),
    /** It would be refused. */
    DENY("deny", "denied"),
    /** It would be stored, and whoever sends it warned. */
    WARN("warn", "warning");

    private final String id;
    private final String word;

    Verdict(String id, String word) {
      this.id = id;
      this.word = word;
    }

    /** For machines. */
    String id() {
      return id;
    }

    /** For people. */
    String word() {
      return word;
    }
  }

  /** What is wrong with a file. */
  static ReviewFinding of(ManifestException problem) {
    return new ReviewFinding(
        problem.source(),
        problem.line(),
        Optional.empty(),
        Verdict.ERROR,
        Remark.of(problem.problem()));
  }

  /** What is to be said of an object. */
  static ReviewFinding of(Manifest manifest, Subject object, Verdict verdict, Remark remark) {
    return new ReviewFinding(
        manifest.source(), manifest.line(), Optional.of(object), verdict, remark);
  }

  /** {@code file:line}. */
  String place() {
    return line > 0 ? file + ":" + line : file;
  }
}
