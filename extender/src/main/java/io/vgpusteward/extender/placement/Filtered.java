package io.vgpusteward.extender.placement;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

/**
 * Where a pod may go, and where not.
 *
 * @param passed in the order asked
 * @param refused why, for a person, likewise
 */
public record Filtered(List<String> passed, SequencedMap<String, String> refused) {
  public Filtered {
    passed = Collections.unmodifiableList(passed);
    refused = Collections.unmodifiableSequencedMap(refused);
  }
}
