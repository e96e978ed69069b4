package io.vgpusteward.extender.explain;

import java.util.Locale;

/**
 * The one thing that would help most.
 *
 * @param node the node that it is about; empty where it is about none
 * @param key equal for the same trouble with the same cure: numbers, ages and who holds what are
 *     not in it
 * @param text what to do and why, in a sentence
 */
public record NextStep(Word word, String node, String key, String text) {
  /** What stands in the way; within those of nodes, the one with the nearest cure first. */
  public enum Word {
    /** There is no KubeVirt CR. */
    NO_KUBEVIRT,
    /** It asks for no vGPU. */
    NO_VGPU,
    /** The permitted list does not have what is asked for. */
    NOT_PERMITTED,
    /** No node can ever give what is asked for. */
    NOT_ANSWERABLE,
    /** What the annotation asks for was not injected. */
    NOT_INJECTED,
    /** Nothing: it has a node. */
    PLACED,
    /** It does not run, and a node would take it. */
    STOPPED,
    /** A node would take it, so its scheduler waits for something else. */
    SCHEDULER,
    /** The node agent is at work. */
    CHANGING,
    /** VFs that carry nothing could carry the profile. */
    COULD_CARRY,
    /** The label that it requires is not on a node that fits. */
    NO_LABEL,
    /** The node that fits is cordoned. */
    CORDONED,
    /** The node that fits has no device left. */
    NO_FREE_DEVICE,
    /** The kubelet could pick the wrong device. */
    AMBIGUOUS,
    /** Nobody vouches for what is known. */
    UNKNOWN,
    /** It is not there. */
    LACKS,
    /** No node has a GPU that is known. */
    NO_NODE;

    /** As labels of metrics have it: {@code no-free-device}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static NextStep of(Word word, String text) {
    return new NextStep(word, "", word.label(), text);
  }
}
