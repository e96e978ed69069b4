package gpu

import (
	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/board"
)

// driver is one of the two that make vGPUs on virtual functions.
type driver interface {
	// names are those of the modules that a GPU's physical and virtual functions are bound to.
	names() (physical, virtual string)
	// creatable is the list that a VF shows, and whether its header is there.
	creatable(vf *VF) (header bool, types []board.Type)
	// store is a write to current_vgpu_type.
	store(vf *VF, text string) unix.Errno
}

// vendor is NVIDIA's own driver, vGPU 17 and later.
type vendor struct{}

func (vendor) names() (physical, virtual string) {
	return "nvidia", "nvidia"
}

// The list is the GPU's, on each of its VFs; of a full GPU the header stays.
func (vendor) creatable(vf *VF) (header bool, types []board.Type) {
	for _, vgpu := range vf.GPU.Board.Types {
		if _, fits := vf.GPU.place(vgpu); fits {
			types = append(types, vgpu)
		}
	}
	return true, types
}

func (v vendor) store(vf *VF, text string) unix.Errno {
	number, errno := parseLong(text)
	if errno != 0 {
		return errno
	}
	if number == 0 {
		return v.remove(vf)
	}
	if vf.Type != nil {
		return unix.EPERM // also where it is the same
	}
	_, types := v.creatable(vf)
	for _, vgpu := range types {
		if uint32(vgpu.ID) == uint32(number) { // the driver cuts the number to 32 bits
			vf.Placement, _ = vf.GPU.place(vgpu)
			vf.Type = &vgpu
			return 0
		}
	}
	return unix.EIO
}

func (vendor) remove(vf *VF) unix.Errno {
	switch {
	case vf.Type == nil, vf.Held:
		return unix.EPERM
	case vf.SlowFor > 0:
		vf.SlowFor--
		return unix.EBUSY
	}
	vf.Forget()
	return 0
}

// open is the driver proposed for the Linux kernel, as in its second draft: all vGPUs of a GPU are of one type.
type open struct{}

func (open) names() (physical, virtual string) {
	return "nova_core", "nvidia_vgpu_vfio_pci"
}

func (open) creatable(vf *VF) (header bool, types []board.Type) {
	if vf.Type != nil {
		return false, nil
	}
	current, instances := vf.GPU.current()
	switch {
	case current == nil:
		return true, vf.GPU.Board.Types
	case instances < current.Max:
		return false, []board.Type{*current}
	default:
		return false, nil
	}
}

func (open) store(vf *VF, text string) unix.Errno {
	number, errno := parseUnsignedLong(text)
	if errno != 0 {
		return errno
	}
	if vf.Held {
		return unix.EBUSY
	}
	if number == 0 {
		if vf.SlowFor > 0 && vf.Type != nil {
			vf.SlowFor--
			return unix.EBUSY
		}
		vf.GPU.leave(vf.Type)
		vf.Forget()
		return 0
	}
	for _, vgpu := range vf.GPU.Board.Types {
		if uint64(vgpu.ID) == number {
			return vf.GPU.join(vf, vgpu)
		}
	}
	return unix.ENODEV
}

// join counts an instance for a VF. The driver does not look whether the VF has one: a second write of the same id
// takes an instance that no reset gives back.
func (g *GPU) join(vf *VF, vgpu board.Type) unix.Errno {
	current, instances := g.current()
	switch {
	case current != nil && current.ID != vgpu.ID:
		return unix.EINVAL
	case current != nil && instances >= current.Max:
		return unix.ENOSPC
	case vf.Type != nil:
		g.leaked++
		return 0
	}
	vf.Type, vf.Placement = &vgpu, instances*vgpu.FrameBuffer
	return 0
}

// leave remembers the type of a GPU's last vGPU while instances of it are lost.
func (g *GPU) leave(vgpu *board.Type) {
	if vgpu != nil && g.leaked > 0 {
		g.stuck = vgpu
	}
}

// current is the one type of all instances, with their number.
func (g *GPU) current() (vgpu *board.Type, instances int) {
	for _, vf := range g.VFs {
		if vf.Type != nil {
			vgpu = vf.Type
			instances++
		}
	}
	if g.leaked > 0 {
		if vgpu == nil {
			vgpu = g.stuck
		}
		instances += g.leaked
	}
	return vgpu, instances
}
