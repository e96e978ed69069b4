package io.vgpusteward.cluster.state;

/** Where the objects of a {@link ClusterState} come from, and so what their absence tells. */
public enum Origin {
  /** Whatever is there is seen. */
  API_SERVER,
  /** What is there is seen; node agents live somewhere else, if at all. */
  FOLDER,
  /** A folder that holds no Secret of the cluster that it was taken of. */
  SNAPSHOT
}
