package sysfs

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/board"
	"vgpu-steward.io/e2e/tools/gpusim/gpu"
)

func physical(host *gpu.Host, card *gpu.GPU) *Folder {
	f := common(&card.Device)
	if len(card.VFs) == 0 {
		if card.Mode == gpu.Mdev {
			f.add("mdev_supported_types", mdevTypes(host, card, &card.Device))
		}
		return f
	}
	f.add("sriov_totalvfs", text(strconv.Itoa(len(card.VFs)))).
		add("sriov_offset", text(strconv.Itoa(int(card.VFs[0].Address.ID-card.Address.ID)))).
		add("sriov_stride", text("1")).
		add("sriov_vf_device", text(fmt.Sprintf("%x", card.VFs[0].Device.Device))).
		add("sriov_numvfs", &Attribute{
			Show: func() (string, unix.Errno) { return strconv.Itoa(card.Enabled) + "\n", 0 },
			Store: func(value string) unix.Errno {
				errno := enable(host, card, value)
				host.Record(card.Address, "sriov_numvfs", value, errno)
				return errno
			}})
	for _, vf := range card.VFs {
		if vf.Present() {
			f.add(fmt.Sprintf("virtfn%d", vf.Index), Link("../"+vf.Address.String()))
		}
	}
	return f
}

// enable is a write to sriov_numvfs. The vendor's driver has no such operation, and the kernel says so.
func enable(host *gpu.Host, card *gpu.GPU, value string) unix.Errno {
	count, err := strconv.ParseUint(strings.TrimSuffix(value, "\n"), 0, 16)
	switch {
	case err != nil:
		return unix.EINVAL
	case int(count) > len(card.VFs):
		return unix.ERANGE
	case !host.Open():
		return unix.ENOENT
	case count != 0 && card.Enabled != 0 || card.EnableVFs(int(count)) != nil:
		return unix.EBUSY
	}
	return 0
}

func virtual(host *gpu.Host, vf *gpu.VF) *Folder {
	f := common(&vf.Device).add("physfn", Link("../"+vf.GPU.Address.String()))
	if vf.GPU.Mode == gpu.Mdev {
		f.add("mdev_supported_types", mdevTypes(host, vf.GPU, &vf.Device))
	}
	if !vf.Usable() {
		return f
	}
	nvidia := folder().
		add("creatable_vgpu_types", &Attribute{
			Show: func() (string, unix.Errno) { return host.Creatable(vf), 0 }}).
		add("current_vgpu_type", &Attribute{
			Show: func() (string, unix.Errno) { return strconv.Itoa(current(vf)) + "\n", 0 },
			Store: func(value string) unix.Errno {
				errno := host.Store(vf, value)
				host.Record(vf.Address, "current_vgpu_type", value, errno)
				return errno
			}})
	if !host.Open() {
		nvidia.add("vgpu_params", params(host, vf)).
			add("gpu_instance_id", existing(vf, func() string { return "4294967295" })). // no MIG
			add("placement_id", existing(vf, func() string { return strconv.Itoa(vf.Placement) }))
	}
	return f.add("nvidia", nvidia)
}

func current(vf *gpu.VF) int {
	if vf.Type == nil {
		return 0
	}
	return vf.Type.ID
}

// params are the vGPU's plugin parameters: text that is kept while there is a vGPU.
func params(host *gpu.Host, vf *gpu.VF) *Attribute {
	return &Attribute{
		Show: func() (string, unix.Errno) { return vf.Params + "\n", 0 },
		Store: func(value string) unix.Errno {
			var errno unix.Errno
			if vf.Type == nil || vf.Held {
				errno = unix.EPERM
			} else {
				vf.Params = strings.TrimSuffix(value, "\n")
			}
			host.Record(vf.Address, "vgpu_params", value, errno)
			return errno
		}}
}

// existing is an attribute that gives ENXIO until a vGPU exists.
func existing(vf *gpu.VF, value func() string) *Attribute {
	return &Attribute{Show: func() (string, unix.Errno) {
		if vf.Type == nil {
			return "", unix.ENXIO
		}
		return value() + "\n", 0
	}}
}

// mediated are the functions of a card that make mediated devices: its VFs, or itself where SR-IOV was not yet.
func mediated(card *gpu.GPU) iter.Seq[*gpu.Device] {
	return func(yield func(*gpu.Device) bool) {
		if card.Mode != gpu.Mdev || card.Driver == gpu.VFIO {
			return
		}
		if len(card.VFs) == 0 {
			yield(&card.Device)
			return
		}
		for _, vf := range card.VFs {
			if vf.Present() && !yield(&vf.Device) {
				return
			}
		}
	}
}

// mdevTypes show what could be made; nothing here makes a mediated device, and an attempt is in the journal.
func mdevTypes(host *gpu.Host, card *gpu.GPU, device *gpu.Device) *Folder {
	types := folder()
	for _, vgpu := range card.Board.Types {
		instances := vgpu.Max
		if len(card.VFs) > 0 {
			instances = 1
		}
		types.add(fmt.Sprintf("nvidia-%d", vgpu.ID), folder().
			add("name", text(vgpu.Name)).
			add("available_instances", text(strconv.Itoa(instances))).
			add("device_api", text("vfio-pci")).
			add("description", text(description(vgpu))).
			add("devices", folder()).
			add("create", &Attribute{Store: func(value string) unix.Errno {
				host.Record(device.Address, fmt.Sprintf("mdev_supported_types/nvidia-%d/create", vgpu.ID), value, unix.EPERM)
				return unix.EPERM
			}}))
	}
	return types
}

func description(vgpu board.Type) string {
	return fmt.Sprintf("num_heads=4, frl_config=60, framebuffer=%dM, max_resolution=7680x4320, max_instance=%d",
		vgpu.FrameBuffer*1024, vgpu.Max)
}
