package io.vgpusteward.cluster;

/** Records Events on the objects of users; equal Events in a row are counted, not repeated. */
public interface EventSink {
  /** Whether something is wrong. */
  enum Type {
    Normal,
    Warning
  }

  /**
   * Records an Event on an object. Does not throw: an Event that cannot be written is logged.
   *
   * @param reason a word in CamelCase, for machines
   * @param note what happened and what to do, up to 1,024 characters, no secrets
   */
  void record(EventTarget target, Type type, String reason, String note);

  /** The same on a guest with the uid. */
  default void record(GuestKey guest, String uid, Type type, String reason, String note) {
    record(EventTarget.of(guest, uid), type, reason, note);
  }
}
