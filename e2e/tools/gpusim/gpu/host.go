// Package gpu models the GPUs of one host: what each function carries, and what the driver allows.
package gpu

import (
	"fmt"
	"iter"
	"sync"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/board"
)

// VFIO is the driver of a function that is given to a VM as it is.
const VFIO = "vfio-pci"

// Mode is how a driver makes vGPUs of a card.
type Mode string

// The modes.
const (
	SRIOV Mode = "sriov" // vendor-specific VFIO on virtual functions
	Mdev  Mode = "mdev"  // mediated devices: Pascal to Ampere on older kernels
	None  Mode = "none"  // no virtual functions and no vGPUs
)

// Host is all that is behind one sysfs. Its lock guards everything below it; its methods and those of what it holds
// are called with the lock held.
type Host struct {
	sync.Mutex
	GPUs      []*GPU
	Others    []*Device
	Journal   []Write // every write to an attribute, oldest first
	driver    driver
	nameFirst bool
}

// Write is one write to an attribute and what became of it.
type Write struct {
	Address   string `json:"address"`
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
	Error     string `json:"error"` // a name such as EPERM, or empty
}

// Device is a PCI function.
type Device struct {
	Address                   Address
	Vendor, Device, Subsystem uint16
	Class                     uint32
	Driver                    string // empty: none
	Group                     int    // IOMMU
	NUMANode                  int
}

// GPU is a physical function.
type GPU struct {
	Device
	Board   board.Board
	Mode    Mode
	Mixed   bool // a state at run time, off after a boot
	VFs     []*VF
	Enabled int // the first so many VFs are there
	leaked  int // instances that the open driver counts and nobody has
	stuck   *board.Type
}

// VF is a virtual function.
type VF struct {
	Device
	GPU       *GPU
	Index     int
	Type      *board.Type // nil: none
	Placement int         // GiB from the start of the frame buffer
	Params    string      // vgpu_params
	Held      bool        // by a VM
	Vanished  bool        // enabled, and yet not there
	SlowFor   int         // so many resets find the vGPU's process still there
	IgnoreFor int         // so many writes succeed and change nothing
	FailFor   int         // so many writes fail with FailWith
	FailWith  unix.Errno
}

// Present tells whether sysfs shows the function.
func (v *VF) Present() bool {
	return v.Index < v.GPU.Enabled && !v.Vanished
}

// Usable tells whether the driver that makes vGPUs has the function: whether it has a directory nvidia/.
func (v *VF) Usable() bool {
	return v.Present() && v.GPU.Mode == SRIOV && v.Driver != "" && v.Driver != VFIO && v.GPU.Driver != "" &&
		v.GPU.Driver != VFIO
}

// Forget takes the vGPU away, and the VM with it.
func (v *VF) Forget() {
	v.Type, v.Placement, v.Params, v.Held, v.SlowFor = nil, 0, "", false, 0
}

// Functions are all PCI functions that sysfs shows.
func (h *Host) Functions() iter.Seq[*Device] {
	return func(yield func(*Device) bool) {
		for _, gpu := range h.GPUs {
			if !yield(&gpu.Device) {
				return
			}
			for _, vf := range gpu.VFs {
				if vf.Present() && !yield(&vf.Device) {
					return
				}
			}
		}
		for _, other := range h.Others {
			if !yield(other) {
				return
			}
		}
	}
}

func (h *Host) all() iter.Seq[*Device] {
	return func(yield func(*Device) bool) {
		for _, gpu := range h.GPUs {
			if !yield(&gpu.Device) {
				return
			}
			for _, vf := range gpu.VFs {
				if !yield(&vf.Device) {
					return
				}
			}
		}
		for _, other := range h.Others {
			if !yield(other) {
				return
			}
		}
	}
}

// GPU gives the physical function of an address.
func (h *Host) GPU(address string) (*GPU, error) {
	for _, gpu := range h.GPUs {
		if gpu.Address.String() == address {
			return gpu, nil
		}
	}
	return nil, fmt.Errorf("%s is no GPU's physical function", address)
}

// VF gives the virtual function of an address, also one that is not there now.
func (h *Host) VF(address string) (*VF, error) {
	for _, gpu := range h.GPUs {
		for _, vf := range gpu.VFs {
			if vf.Address.String() == address {
				return vf, nil
			}
		}
	}
	return nil, fmt.Errorf("%s is no virtual function", address)
}

// Creatable is the text of creatable_vgpu_types.
func (h *Host) Creatable(vf *VF) string {
	header, types := h.driver.creatable(vf)
	text := ""
	if header {
		text = "ID    : vGPU Name\n"
		if h.nameFirst {
			text = "vGPU Name : ID\n"
		}
	}
	for _, vgpu := range types {
		if h.nameFirst {
			text += fmt.Sprintf("%s : %d\n", vgpu.Name, vgpu.ID)
		} else {
			text += fmt.Sprintf("%-5d : %s\n", vgpu.ID, vgpu.Name)
		}
	}
	return text
}

// Store is a write to current_vgpu_type.
func (h *Host) Store(vf *VF, text string) unix.Errno {
	switch {
	case vf.FailFor > 0:
		vf.FailFor--
		return vf.FailWith
	case vf.IgnoreFor > 0:
		vf.IgnoreFor--
		return 0
	}
	return h.driver.store(vf, text)
}

// Open tells whether the upstream driver runs: it has fewer files and takes a number in sriov_numvfs.
func (h *Host) Open() bool {
	_, is := h.driver.(open)
	return is
}

// Record keeps a write in the journal.
func (h *Host) Record(address Address, attribute, value string, errno unix.Errno) {
	write := Write{Address: address.String(), Attribute: attribute, Value: value}
	if errno != 0 {
		write.Error = unix.ErrnoName(errno)
	}
	h.Journal = append(h.Journal, write)
}
