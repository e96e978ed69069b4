package gpu

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Hold is a VM that opens the VF's VFIO device.
func (v *VF) Hold() error {
	if v.Type == nil || !v.Usable() {
		return fmt.Errorf("%s carries no vGPU that a VM could hold", v.Address)
	}
	v.Held = true
	return nil
}

// Release is the end of that VM. The type stays.
func (v *VF) Release() {
	v.Held = false
}

// Fail makes the next writes to current_vgpu_type fail, whatever they are.
func (v *VF) Fail(errno unix.Errno, times int) {
	v.FailWith, v.FailFor = errno, times
}

// Vanish takes a VF out of sysfs, as where the creation of VFs has failed for some of them.
func (v *VF) Vanish() {
	v.Vanished = true
	v.Forget()
}

// EnableVFs is sriov-manage -e: it binds the driver anew, which ends mixed sizes and all types. Where the VFs are there
// already, nothing happens.
func (g *GPU) EnableVFs(count int) error {
	switch {
	case g.Mode != SRIOV || g.Driver == VFIO:
		return fmt.Errorf("%s can have no VFs: its mode is %s and its driver %q", g.Address, g.Mode, g.Driver)
	case count < 0 || count > len(g.VFs):
		return fmt.Errorf("%s has %d VFs, not %d", g.Address, len(g.VFs), count)
	case count == g.Enabled:
		return nil
	case g.held():
		return fmt.Errorf("%s is in use by a VM", g.Address)
	}
	g.forget()
	g.Enabled = count
	return nil
}

// MixSizes is nvidia-smi vgpu -shm, which is refused while there are vGPUs.
func (g *GPU) MixSizes(on bool) error {
	for _, vf := range g.VFs {
		if vf.Type != nil {
			return fmt.Errorf("%s: In use by another client", g.Address)
		}
	}
	g.Mixed = on
	return nil
}

// Reboot ends every VM, takes every type and turns mixed sizes off. VFs come back where something enables them at
// boot.
func (h *Host) Reboot(withVFs bool) {
	for _, gpu := range h.GPUs {
		gpu.forget()
		if !withVFs {
			gpu.Enabled = 0
		}
	}
}

// Bind gives a function another driver, none where the name is empty. Its vGPUs go.
func (h *Host) Bind(address, driver string) error {
	for device := range h.Functions() {
		if device.Address.String() != address {
			continue
		}
		for _, gpu := range h.GPUs {
			if &gpu.Device == device {
				gpu.forget()
				gpu.Enabled = 0
			}
			for _, vf := range gpu.VFs {
				if &vf.Device == device {
					vf.Forget()
				}
			}
		}
		device.Driver = driver
		return nil
	}
	return fmt.Errorf("there is no function %s", address)
}

func (g *GPU) held() bool {
	for _, vf := range g.VFs {
		if vf.Held {
			return true
		}
	}
	return false
}

func (g *GPU) forget() {
	for _, vf := range g.VFs {
		vf.Forget()
	}
	g.Mixed, g.leaked, g.stuck = false, 0, nil
}
