package io.vgpusteward.cluster;

/** The annotations, labels and object names by which users and this program talk to each other. */
public final class Keys {
  /** The group of custom resources of ours. */
  public static final String GROUP = "vgpu-steward.io";

  /** What all keys of ours begin with. */
  public static final String PREFIX = GROUP + "/";

  /** Annotation: the profile that a virtual machine asks for, {@code L40S-24Q}. */
  public static final String PROFILE = PREFIX + "profile";

  /** Annotation: how many of the profile, {@code "2"}; one without it. */
  public static final String COUNT = PREFIX + "count";

  /** Annotation: {@code "true"} asks for the licence alone. */
  public static final String LICENSE = PREFIX + "license";

  /**
   * Annotation: {@code "true"} has a virtual machine that is older than this program managed from
   * now on, as far as that needs no new datasource. The mutation takes it out again.
   */
  public static final String ADOPT = PREFIX + "adopt";

  /** Annotation: the user data that the user wrote inline, kept for the licence controller. */
  public static final String USER_DATA = PREFIX + "user-data";

  /** Annotation: {@code base64} where {@link #USER_DATA} is in base64. */
  public static final String USER_DATA_ENCODING = PREFIX + "user-data-encoding";

  /** Annotation: the name of the user's own Secret with the user data. */
  public static final String USER_DATA_SECRET = PREFIX + "user-data-secret";

  /** Annotation: what this program injected, so that it can take exactly that out again. */
  public static final String INJECTED = PREFIX + "injected";

  /** Annotation of a KubeVirt CR: the resources that may be removed from its permitted list. */
  public static final String ALLOW_REMOVAL = PREFIX + "allow-removal";

  /** Label: {@code "false"} on a virtual machine or its namespace means hands off. */
  public static final String INJECT = PREFIX + "inject";

  /** What the labels of Cluster API begin with. */
  public static final String CLUSTER_API_PREFIX = "cluster.x-k8s.io/";

  /** Label: marks the Secrets that the licence controller writes. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** The value of {@link #MANAGED_BY} on objects of ours. */
  public static final String STEWARD = "vgpu-steward";

  /** Extended resource: frame buffer in GiB, the marker on vGPU pods. */
  public static final String FRAMEBUFFER_GIB = PREFIX + "framebuffer-gib";

  /** Annotation of a Node: a short word for its inventory, whose change wakes pending pods. */
  public static final String INVENTORY = PREFIX + "inventory";

  /** Label: {@code "true"} on the Lease by which a node's agent says that it is alive. */
  public static final String HEARTBEAT = PREFIX + "heartbeat";

  /** What the node label of a profile begins with; the profile's name follows. */
  public static final String PROFILE_LABEL_PREFIX = "profile.vgpu-steward.io/";

  /** The ConfigMap that says which virtual function carries what, unless another is named. */
  public static final String PROFILES_CONFIG_MAP = "vgpu-profiles";

  /** What the names of the Leases of node agents begin with; the node's name follows. */
  public static final String AGENT_LEASE_PREFIX = "vgpu-steward-agent-";

  /** The Secret that holds a licence. */
  public static final String LICENSE_SECRET = "vgpu-license";

  /** What the names of the Secrets that the licence controller writes begin with. */
  public static final String GUEST_SECRET_PREFIX = "vgpu-steward-user-data-";

  private Keys() {}
}
