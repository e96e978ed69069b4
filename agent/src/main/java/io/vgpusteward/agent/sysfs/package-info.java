/**
 * The GPUs of one node, as the kernel's sysfs shows them.
 *
 * <p>Rights on the host that this takes, and why no more:
 *
 * <ul>
 *   <li>Read: {@code bus/pci/devices}, {@code class/mdev_bus} and what the entries of the former
 *       lead to, below {@code devices}. Everybody may; a container's own {@code /sys} shows it.
 *   <li>Write: {@code nvidia/current_vgpu_type} of virtual functions, and nothing else. {@code
 *       creatable_vgpu_types} cannot be written, {@code vgpu_params} holds settings that a profile
 *       has defaults for, and {@code sriov_numvfs} is the vGPU manager's.
 *   <li>User 0: the file is root's, mode 0644 ({@code DEVICE_ATTR_RW} in NVIDIA's driver and in the
 *       one proposed for the Linux kernel). Another user would need CAP_DAC_OVERRIDE, which
 *       Kubernetes does not give to one; in a user namespace of a pod root is another user.
 *   <li>No capability: the owner needs none to open it, and in the published source of neither
 *       driver does the write ask for one.
 *   <li>A writable mount of the host's {@code /sys/devices}: a container's own {@code /sys} is
 *       read-only, and the entries of {@code bus/pci/devices} are links that lead there, so that to
 *       mount these alone helps nothing. Nothing narrower lasts: addresses and bridges differ by
 *       node, and a mount of one function's folder stays that of the function that was there. What
 *       else is writable in it this package leaves alone: it takes addresses of functions only, and
 *       adds the name of the one file.
 * </ul>
 *
 * <p>With the three folders below {@code /host/sys} instead of over {@code /sys}, a root of that
 * name works the same, links included, and AppArmor's profile of containerd, which denies writes
 * below {@code /sys} by path, does not hold there.
 */
@NullMarked
package io.vgpusteward.agent.sysfs;

import org.jspecify.annotations.NullMarked;
