package io.vgpusteward.cluster;

import java.util.Optional;

/**
 * Which instancetype a virtual machine is of.
 *
 * @param clusterWide whether it is a VirtualMachineClusterInstancetype
 * @param revision the ControllerRevision that holds the copy which counts: the one that {@code
 *     spec.instancetype.revisionName} names, else the one that KubeVirt has noted in the status for
 *     the same instancetype (KubeVirt v1.9, pkg/instancetype/find/revision.go)
 */
public record InstancetypeReference(boolean clusterWide, String name, Optional<String> revision) {}
