/**
 * The custom resource VgpuNode, field by field: its definition is generated from these types, into
 * {@code charts/vgpu-steward/crds}. What is read becomes a {@link
 * io.vgpusteward.vgpu.NodeInventory}.
 */
@NullMarked
package io.vgpusteward.cluster.inventory;

import org.jspecify.annotations.NullMarked;
