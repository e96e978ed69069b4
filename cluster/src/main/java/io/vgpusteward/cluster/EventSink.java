package io.vgpusteward.cluster;

/** Records Events on the objects of users; equal Events in a row are counted, not repeated. */
public interface EventSink {
  /** Whether something is wrong. */
  enum Type {
    Normal,
    Warning
  }

  /**
   * Records an Event on a guest. Does not throw: an Event that cannot be written is logged.
   *
   * @param uid the guest's uid
   * @param reason a word in CamelCase, for machines
   * @param note what happened and what to do, up to 1,024 characters, no secrets
   */
  void record(GuestKey guest, String uid, Type type, String reason, String note);
}
