package mount_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/gpu"
	"vgpu-steward.io/e2e/tools/gpusim/mount"
)

// rig is a mounted host.
type rig struct {
	t    *testing.T
	host *gpu.Host
	root string
}

func mounted(t *testing.T, config string) *rig {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
	file := filepath.Join(t.TempDir(), "gpus.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(config, "\t", "  ")), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := gpu.ReadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	host, err := gpu.NewHost(read)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	m, err := mount.At(folder, host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.End(); err != nil {
			t.Error(err)
		}
	})
	return &rig{t: t, host: host, root: folder}
}

func (r *rig) path(parts ...string) string {
	return filepath.Join(append([]string{r.root, "bus/pci/devices"}, parts...)...)
}

func (r *rig) read(parts ...string) string {
	r.t.Helper()
	content, err := os.ReadFile(r.path(parts...))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(content)
}

func (r *rig) link(parts ...string) string {
	r.t.Helper()
	target, err := os.Readlink(r.path(parts...))
	if err != nil {
		r.t.Fatal(err)
	}
	return filepath.Base(target)
}

func (r *rig) exists(parts ...string) bool {
	_, err := os.Stat(r.path(parts...))
	return err == nil
}

// write is one write(2) to current_vgpu_type, as echo does it: 0 or the errno.
func (r *rig) write(vf, value string) unix.Errno {
	r.t.Helper()
	return errno(r.t, os.WriteFile(r.path(vf, "nvidia/current_vgpu_type"), []byte(value), 0))
}

func errno(t *testing.T, err error) unix.Errno {
	t.Helper()
	var number unix.Errno
	if err != nil && !errors.As(err, &number) {
		t.Fatal(err)
	}
	return number
}

// expect pins the errno of a write, and that the value afterwards is as it should be.
func (r *rig) expect(vf, value string, wanted unix.Errno, after string) {
	r.t.Helper()
	if got := r.write(vf, value); got != wanted {
		r.t.Errorf("%q to %s: %q, not %q", value, vf, unix.ErrnoName(got), unix.ErrnoName(wanted))
	}
	if got := r.read(vf, "nvidia/current_vgpu_type"); got != after+"\n" {
		r.t.Errorf("after %q to %s it reads %q, not %q", value, vf, got, after)
	}
}

// creatable are the profiles that a VF lists, without the header; headed tells whether that was there.
func (r *rig) creatable(vf string) (profiles []string, headed bool) {
	r.t.Helper()
	for line := range strings.Lines(r.read(vf, "nvidia/creatable_vgpu_types")) {
		if line == "ID    : vGPU Name\n" {
			headed = true
			continue
		}
		words := strings.Fields(line)
		profiles = append(profiles, words[len(words)-1])
	}
	return profiles, headed
}

func (r *rig) lists(vf string, headed bool, wanted ...string) {
	r.t.Helper()
	got, header := r.creatable(vf)
	if strings.Join(got, " ") != strings.Join(wanted, " ") || header != headed {
		r.t.Errorf("%s lists %v (header: %v), not %v", vf, got, header, wanted)
	}
}

func (r *rig) vf(address string) *gpu.VF {
	r.t.Helper()
	vf, err := r.host.VF(address)
	if err != nil {
		r.t.Fatal(err)
	}
	return vf
}

// do runs a change under the host's lock.
func (r *rig) do(change func() error) {
	r.t.Helper()
	r.host.Lock()
	defer r.host.Unlock()
	if err := change(); err != nil {
		r.t.Fatal(err)
	}
}

const (
	pf  = "0000:41:00.0"
	vf0 = "0000:41:00.4"
	vf1 = "0000:41:00.5"
	vf2 = "0000:41:00.6"
)

const l40s = `
gpus:
	- {board: L40S, address: "0000:41:00.0"}
`
