package io.vgpusteward.webhook.injection;

/** How virtual machines find a node whose VFs carry their profile. */
public enum Placement {
  /** By a required node affinity for the label that the node agent keeps. */
  AFFINITY,
  /** By the kube-scheduler extender, which is called for pods with the frame buffer marker. */
  EXTENDER
}
