package io.vgpusteward.webhook.cloudinit;

/** What came of joining a user's data and a licence. */
public sealed interface Composition {
  /** What the guest is to get. */
  UserData content();

  /** One document with both in it. */
  record Composed(UserData content) implements Composition {}

  /**
   * The user's data, unchanged and without the licence, because cloud-init would not understand it.
   *
   * @param reason why, for people: names the format, quotes nothing of the content
   */
  record Unsupported(UserData content, String reason) implements Composition {}
}
