package mount_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

const openRTX = `
driver: open
gpus:
	- {board: RTX6000-Ada, address: "0000:41:00.0", vfs: 4}
`

func TestOpenWrite_notANumberOrOverflow(t *testing.T) {
	r := mounted(t, openRTX)
	r.expect(vf0, "RTX6000-Ada-24Q", unix.EINVAL, "0")
	r.expect(vf0, "-1", unix.EINVAL, "0")
	r.expect(vf0, "18446744073709551616", unix.ERANGE, "0")
	r.expect(vf0, "949\n", 0, "949")
}

func TestOpenWrite_zeroOnUnsetVF(t *testing.T) {
	mounted(t, openRTX).expect(vf0, "0", 0, "0")
}

func TestOpenWrite_whileAVMHoldsTheVF(t *testing.T) {
	r := mounted(t, openRTX)
	r.expect(vf0, "949", 0, "949")
	r.do(func() error { return r.vf(vf0).Hold() })
	r.expect(vf0, "0", unix.EBUSY, "949")
	r.expect(vf0, "949", unix.EBUSY, "949")
}

func TestOpenWrite_unknownType(t *testing.T) {
	mounted(t, openRTX).expect(vf0, "99999", unix.ENODEV, "0")
}

func TestOpenWrite_anotherTypeThanTheGPUs(t *testing.T) {
	r := mounted(t, openRTX)
	r.expect(vf0, "949", 0, "949")
	r.expect(vf1, "959", unix.EINVAL, "0") // of the same size even
	r.expect(vf0, "947", unix.EINVAL, "949")
}

func TestOpenWrite_full(t *testing.T) {
	r := mounted(t, openRTX)
	r.expect(vf0, "949", 0, "949")
	r.expect(vf1, "949", 0, "949")
	r.expect(vf2, "949", unix.ENOSPC, "0")
}

func TestOpenWrite_theSameTypeTwiceLosesAnInstance(t *testing.T) {
	r := mounted(t, openRTX)
	r.expect(vf0, "949", 0, "949")
	r.expect(vf0, "949", 0, "949")
	r.expect(vf1, "949", unix.ENOSPC, "0")
	r.expect(vf0, "0", 0, "0")
	r.expect(vf0, "947", unix.EINVAL, "0") // the lost one keeps its type
	r.do(func() error { r.host.Reboot(true); return nil })
	r.expect(vf0, "947", 0, "947")
}

func TestOpenList(t *testing.T) {
	r := mounted(t, openRTX)
	if profiles, headed := r.creatable(vf0); !headed || len(profiles) < 10 {
		t.Errorf("%v %v", profiles, headed)
	}
	r.expect(vf0, "949", 0, "949")
	if got := r.read(vf0, "nvidia/creatable_vgpu_types"); got != "" { // it has a type
		t.Errorf("%q", got)
	}
	r.lists(vf1, false, "RTX6000-Ada-24Q") // no header
	r.expect(vf1, "949", 0, "949")
	if got := r.read(vf2, "nvidia/creatable_vgpu_types"); got != "" { // full
		t.Errorf("%q", got)
	}
}

func TestOpenList_nameFirst(t *testing.T) {
	r := mounted(t, `
driver: open
list: name-first
gpus:
	- {board: RTX6000-Ada, address: "0000:41:00.0", vfs: 4, types: [949]}
`)
	if got := r.read(vf1, "nvidia/creatable_vgpu_types"); got != "NVIDIA RTX6000-Ada-24Q : 949\n" {
		t.Errorf("%q", got)
	}
}

func TestOpenNumvfs(t *testing.T) {
	r := mounted(t, openRTX)
	write := func(value string) unix.Errno {
		return errno(t, os.WriteFile(r.path(pf, "sriov_numvfs"), []byte(value), 0))
	}
	for _, step := range []struct {
		value  string
		wanted unix.Errno
	}{{"2", unix.EBUSY}, {"0\n", 0}, {"5", unix.ERANGE}, {"x", unix.EINVAL}, {"2\n", 0}} {
		if got := write(step.value); got != step.wanted {
			t.Errorf("%q: %v", step.value, got)
		}
	}
	if !r.exists(vf1) || r.exists(vf2) {
		t.Error("there are not two VFs")
	}
}

func TestOpenDriver_hasFewerAttributesAndOtherNames(t *testing.T) {
	r := mounted(t, openRTX)
	if r.exists(vf0, "nvidia/vgpu_params") || r.exists(vf0, "nvidia/placement_id") {
		t.Error("it has the vendor's attributes")
	}
	if got := r.link(vf0, "driver"); got == "nvidia" {
		t.Error(got)
	}
}
