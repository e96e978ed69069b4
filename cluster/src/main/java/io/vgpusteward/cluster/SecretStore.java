package io.vgpusteward.cluster;

import java.util.Optional;

/**
 * Reads and writes Secrets one by one; all calls block.
 *
 * <p>Failures other than {@link ConflictException} are {@link ClusterException}; no message holds a
 * value of a Secret.
 */
public interface SecretStore {
  Optional<SecretObject> get(String namespace, String name);

  /**
   * Stores a new Secret and returns it with its uid and version.
   *
   * @throws ConflictException when one of that name exists
   */
  SecretObject create(SecretObject secret);

  /**
   * Replaces labels, owners and data of a stored Secret; what else it carries stays.
   *
   * @throws ConflictException when it changed or went since it was read
   */
  SecretObject replace(SecretObject secret);

  /**
   * Deletes a stored Secret; one that is gone already is no error.
   *
   * @throws ConflictException when it changed since it was read
   */
  void delete(SecretObject secret);

  /** Somebody else wrote first: read again and decide anew. */
  final class ConflictException extends ClusterException {
    public ConflictException(String message) {
      super(message);
    }
  }
}
