package io.vgpusteward.webhook.review;

/** A path at which the API server asks about a kind of object, and who answers there. */
public record Endpoint(Phase phase, ReviewedKind kind, Reviewer reviewer) {
  /** When the API server asks: all that mutate are asked before the first that validates. */
  public enum Phase {
    MUTATE("mutate"),
    VALIDATE("validate");

    private final String path;

    Phase(String path) {
      this.path = path;
    }
  }

  /** {@code /mutate/virtualmachines} and the like. */
  public String path() {
    return "/" + phase.path + "/" + kind.plural();
  }
}
