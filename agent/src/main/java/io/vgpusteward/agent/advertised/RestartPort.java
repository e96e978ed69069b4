package io.vgpusteward.agent.advertised;

/** What a restart of virt-handler needs of the API server. Each may fail by an exception. */
public interface RestartPort {
  /** Annotates this agent's Node ({@link Restarted#ANNOTATION}). */
  void remember(Restarted record);

  /**
   * Deletes the pod, on the condition that it is the one with that uid.
   *
   * @return whether it was there
   */
  boolean delete(VirtHandler pod);

  /** An Event on the Node, of type Normal with reason {@code RestartedVirtHandler}. */
  void say(String words);
}
