package io.vgpusteward.certs;

import java.time.Instant;

/** What TLS is set up with and is of no use after some date. */
public interface Perishable {
  /**
   * Makes sure that it is valid at {@code now}.
   *
   * @throws KeyMaterialException when it is not, with the date
   */
  void checkValidAt(Instant now);
}
