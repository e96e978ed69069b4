package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// isolate parts the node's mounts from the machine's, and shows only the node's processes in /proc.
func isolate() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	return nil
}

// tunables are what the kubelet sets in /proc/sys, with the values that it wants. They are the machine's: the node has
// files in their place.
var tunables = map[string]string{
	"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
	"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
}

// layOut puts the node's own files where the kubelet and KubeVirt look for them. Where a folder is not on the machine,
// it appears in the node only.
func layOut(o options, groups []string) error {
	added := additions{scratch: o.path("added"), ours: map[string]bool{}}
	for _, device := range []string{"/dev/kvm", "/dev/net/tun", "/dev/vhost-net"} {
		if err := added.file(device); err != nil {
			return err
		}
	}
	for name, value := range tunables {
		file := o.path("tunables", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := bind(file, filepath.Join("/proc/sys", name)); err != nil {
			return err
		}
	}
	for _, mount := range []struct{ own, folder string }{
		{o.path("kubelet"), "/var/lib/kubelet"},
		{o.path("var-log"), "/var/log"},
		{o.path("sysfs/bus/pci/devices"), "/sys/bus/pci/devices"},
		{o.path("sysfs/bus/pci/drivers"), "/sys/bus/pci/drivers"},
		{o.path("sysfs/kernel/iommu_groups"), "/sys/kernel/iommu_groups"},
		{o.path("sysfs/class/mdev_bus"), "/sys/class/mdev_bus"},
		{o.path("vfio"), "/dev/vfio"},
	} {
		if mount.own == o.path("vfio") {
			if err := vfioFiles(mount.own, groups); err != nil {
				return err
			}
		}
		_, here := os.Stat(mount.own)
		_, there := os.Stat(mount.folder)
		switch {
		case errors.Is(here, fs.ErrNotExist) && errors.Is(there, fs.ErrNotExist):
			continue
		case errors.Is(here, fs.ErrNotExist): // the machine's would show
			mount.own = o.path("empty")
			if err := os.MkdirAll(mount.own, 0o755); err != nil {
				return err
			}
		default:
			if err := added.folder(mount.folder); err != nil {
				return err
			}
		}
		if err := bind(mount.own, mount.folder); err != nil {
			return err
		}
	}
	return nil
}

func bind(from, to string) error {
	if err := unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("mounting %s over %s: %w", from, to, err)
	}
	return nil
}

// vfioFiles stand for the devices that a container gets.
func vfioFiles(folder string, groups []string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, name := range append([]string{"vfio"}, groups...) {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// additions are files and folders that the machine does not have and the node does.
type additions struct {
	scratch string
	ours    map[string]bool // the folders that can be written to without a trace on the machine
}

// folder and file see to it that the node has one.
func (a *additions) folder(path string) error {
	return a.missing(path, func() error {
		a.ours[path] = true
		return os.Mkdir(path, 0o755)
	})
}

func (a *additions) file(path string) error {
	return a.missing(path, func() error { return os.WriteFile(path, nil, 0o600) })
}

func (a *additions) missing(path string, create func() error) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(path)
	if err := a.folder(parent); err != nil {
		return err
	}
	if !a.ours[parent] {
		if err := a.extend(parent); err != nil {
			return err
		}
		a.ours[parent] = true
	}
	return create()
}

// extend mounts a folder over one of the machine's that has the same entries and takes more.
func (a *additions) extend(folder string) error {
	over := filepath.Join(a.scratch, folder)
	if err := os.MkdirAll(over, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", over, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		from, to := filepath.Join(folder, entry.Name()), filepath.Join(over, entry.Name())
		switch {
		case entry.Type()&os.ModeSymlink != 0:
			target, err := os.Readlink(from)
			if err != nil {
				return err
			}
			if err := os.Symlink(target, to); err != nil {
				return err
			}
			continue
		case entry.IsDir():
			err = os.Mkdir(to, 0o755)
		default:
			err = os.WriteFile(to, nil, 0o600)
		}
		if err != nil {
			return err
		}
		if err := bind(from, to); err != nil {
			return err
		}
	}
	return bind(over, folder)
}
