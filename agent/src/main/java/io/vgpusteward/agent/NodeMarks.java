package io.vgpusteward.agent;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a Node carries, so that pods find it and are woken.
 *
 * @param inventory the annotation whose change wakes pending pods; empty for none
 * @param profiles the profiles that it has the label of
 */
public record NodeMarks(String inventory, SortedSet<String> profiles) {
  public NodeMarks {
    profiles = Collections.unmodifiableSortedSet(new TreeSet<>(profiles));
  }
}
