package io.vgpusteward.e2e.rig;

/** What a rig may have beside etcd and kube-apiserver. */
public enum Component {
  /** kube-controller-manager: service accounts, garbage collection, quotas, replica sets. */
  CONTROLLER_MANAGER,
  /** kube-scheduler. */
  SCHEDULER,
  /** KubeVirt's definitions, webhooks, virt-api and virt-controller. */
  KUBEVIRT,
  /** Cozystack's VMInstances: what stands for its API server, and {@link Flux}. */
  COZYSTACK
}
