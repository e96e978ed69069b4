package mount_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/board"
)

func TestVendorWrite_notANumber(t *testing.T) {
	r := mounted(t, l40s)
	for _, value := range []string{"L40S-24Q", " 1155", "1155 ", "1155\n\n", "0x483", "\n", "11 55", "-", "1_155"} {
		r.expect(vf0, value, unix.EINVAL, "0")
	}
}

func TestVendorWrite_overflow(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "9223372036854775808", unix.ERANGE, "0")
	r.expect(vf0, "-9223372036854775809", unix.ERANGE, "0")
}

func TestVendorWrite_oneTrailingNewline(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155\n", 0, "1155")
	r.expect(vf0, "0\n", 0, "0")
	r.expect(vf0, "+1155", 0, "1155")
	r.expect(vf0, "0", 0, "0")
}

func TestVendorWrite_zeroOnUnsetVF(t *testing.T) {
	mounted(t, l40s).expect(vf0, "0", unix.EPERM, "0")
}

func TestVendorWrite_zeroWhileAVMHoldsTheVF(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155", 0, "1155")
	r.do(func() error { return r.vf(vf0).Hold() })
	r.expect(vf0, "0", unix.EPERM, "1155")
	r.do(func() error { r.vf(vf0).Release(); return nil })
	r.expect(vf0, "0", 0, "0")
}

func TestVendorWrite_slowReset(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155", 0, "1155")
	r.do(func() error { r.vf(vf0).SlowFor = 2; return nil })
	r.expect(vf0, "0", unix.EBUSY, "1155")
	r.expect(vf0, "0", unix.EBUSY, "1155")
	r.expect(vf0, "0", 0, "0")
}

func TestVendorWrite_overAnyType(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155", 0, "1155")
	r.expect(vf0, "1155", unix.EPERM, "1155")
	r.expect(vf0, "1165", unix.EPERM, "1155")
	r.expect(vf0, "99999", unix.EPERM, "1155")
}

func TestVendorWrite_notCreatable(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "99999", unix.EIO, "0")
	r.expect(vf0, "-1", unix.EIO, "0")
	r.expect(vf0, "1155", 0, "1155")
	r.expect(vf1, "1153", unix.EIO, "0") // another size
	r.expect(vf1, "1155", 0, "1155")
	r.expect(vf2, "1155", unix.EIO, "0") // no capacity
}

func TestVendorList_isThatOfTheBoard(t *testing.T) {
	r := mounted(t, l40s)
	lines := strings.SplitAfter(r.read(vf0, "nvidia/creatable_vgpu_types"), "\n")
	if lines[0] != "ID    : vGPU Name\n" || lines[1] != "1145  : NVIDIA L40S-1B\n" ||
		lines[len(lines)-2] != "2164  : NVIDIA L40S-3B\n" || len(lines) != 25 {
		t.Errorf("%q", lines)
	}
}

func TestVendorList_shrinksToTheSizeOfTheFirst(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1153", 0, "1153")
	r.lists(vf1, true, "L40S-12Q", "L40S-12A")
	r.expect(vf1, "1163", 0, "1163") // letters may mix
	r.lists(vf2, true, "L40S-12Q", "L40S-12A")
}

func TestVendorList_ofAFullGPUIsItsHeader(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1156", 0, "1156")
	r.lists(vf0, true)
	r.lists(vf1, true)
	r.expect(vf0, "0", 0, "0")
	if profiles, _ := r.creatable(vf1); len(profiles) != 23 {
		t.Errorf("%v", profiles)
	}
}

func TestVendorCapacity_is32VGPUsAtMost(t *testing.T) {
	r := mounted(t, l40s)
	for i := range board.TimeSliced {
		address := r.link(pf, "virtfn"+itoa(i))
		r.expect(address, "1147", 0, "1147")
	}
	r.lists(vf0, true)
}

func TestVendorCapacity_ofOtherGPUsIsApart(t *testing.T) {
	r := mounted(t, `
gpus:
	- {board: L40S, address: "0000:41:00.0", vfs: 4}
	- {board: L40S, address: "0000:42:00.0", vfs: 4, firstType: 3000}
`)
	r.expect(vf0, "1156", 0, "1156")
	r.expect("0000:42:00.4", "1155", unix.EIO, "0") // this card calls it 3010
	r.expect("0000:42:00.4", "3010", 0, "3010")
}

func TestVendorMixedSizes(t *testing.T) {
	r := mounted(t, l40s)
	gpu := r.host.GPUs[0]
	r.do(func() error { return gpu.MixSizes(true) })
	r.expect(vf0, "1155", 0, "1155") // 24 of 48 GiB
	r.expect(vf1, "1153", 0, "1153") // 12
	r.lists(vf2, true, "L40S-1B", "L40S-2B", "L40S-1Q", "L40S-2Q", "L40S-3Q", "L40S-4Q", "L40S-6Q", "L40S-8Q",
		"L40S-12Q", "L40S-1A", "L40S-2A", "L40S-3A", "L40S-4A", "L40S-6A", "L40S-8A", "L40S-12A", "L40S-3B")
	r.expect(vf2, "1151", 0, "1151") // from 36 to 42
	r.lists("0000:41:00.7", true, "L40S-1B", "L40S-2B", "L40S-1Q", "L40S-2Q", "L40S-3Q", "L40S-4Q", "L40S-6Q",
		"L40S-1A", "L40S-2A", "L40S-3A", "L40S-4A", "L40S-6A", "L40S-3B")
	r.expect("0000:41:00.7", "1149", 0, "1149")
	r.lists("0000:41:01.0", true, "L40S-1B", "L40S-2B", "L40S-1Q", "L40S-2Q", "L40S-3Q", "L40S-1A", "L40S-2A",
		"L40S-3A", "L40S-3B")
}

func TestVendorMixedSizes_areRefusedWhileThereAreVGPUs(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155", 0, "1155")
	r.host.Lock()
	defer r.host.Unlock()
	if err := r.host.GPUs[0].MixSizes(true); err == nil || !strings.Contains(err.Error(), "In use by another client") {
		t.Error(err)
	}
}

func TestVendorAttributes_thatNeedAVGPU(t *testing.T) {
	r := mounted(t, l40s)
	for _, name := range []string{"gpu_instance_id", "placement_id"} {
		if _, err := os.ReadFile(r.path(vf0, "nvidia", name)); errno(t, err) != unix.ENXIO {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.expect(vf0, "1155", 0, "1155")
	r.expect(vf1, "1155", 0, "1155")
	if got := r.read(vf1, "nvidia/placement_id"); got != "24\n" {
		t.Errorf("%q", got)
	}
	r.read(vf0, "nvidia/gpu_instance_id")
}

func TestVendorParams(t *testing.T) {
	r := mounted(t, l40s)
	write := func() unix.Errno {
		return errno(t, os.WriteFile(r.path(vf0, "nvidia/vgpu_params"), []byte("enable_uvm=1\n"), 0))
	}
	if got := write(); got != unix.EPERM {
		t.Error(got)
	}
	r.expect(vf0, "1155", 0, "1155")
	if got := write(); got != 0 || r.read(vf0, "nvidia/vgpu_params") != "enable_uvm=1\n" {
		t.Error(got)
	}
	r.expect(vf0, "0", 0, "0")
	if got := r.read(vf0, "nvidia/vgpu_params"); got != "\n" {
		t.Errorf("%q", got)
	}
}

func TestVendorNumvfs_isRefused(t *testing.T) {
	r := mounted(t, l40s)
	if got := errno(t, os.WriteFile(r.path(pf, "sriov_numvfs"), []byte("0"), 0)); got != unix.ENOENT {
		t.Error(got)
	}
}
