package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Where objects are written one by one. Calls block, and throw {@link
 * io.vgpusteward.agent.UnavailableException} when it fails.
 */
interface ObjectStore extends AutoCloseable {
  /** The object as it is stored. */
  Optional<ObjectNode> get(Place place) throws InterruptedException;

  /** The object comes to hold this, and no longer what was applied before and is absent now. */
  ObjectNode apply(Place place, ObjectNode object) throws InterruptedException;

  /** The same of its status; empty where there is no such object. */
  Optional<ObjectNode> applyStatus(Place place, ObjectNode object) throws InterruptedException;

  /** Merges a patch into an object (RFC 7386). */
  void merge(Place place, ObjectNode patch) throws InterruptedException;

  /** Stores a new object; false where there is one of that name. */
  boolean create(Place place, ObjectNode object) throws InterruptedException;

  /** Deletes the object, if it is there; whether it was. */
  boolean delete(Place place) throws InterruptedException;

  /** The same of the object with that uid, and of no other that has its name. */
  boolean delete(Place place, String uid) throws InterruptedException;

  @Override
  void close();
}
