package mount_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func itoa(number int) string {
	return strconv.Itoa(number)
}

func TestTree_ofAPhysicalFunction(t *testing.T) {
	r := mounted(t, l40s)
	for name, wanted := range map[string]string{"vendor": "0x10de", "device": "0x26b9", "class": "0x030200",
		"subsystem_vendor": "0x10de", "subsystem_device": "0x1851", "sriov_totalvfs": "32", "sriov_numvfs": "32",
		"numa_node": "0"} {
		if got := r.read(pf, name); got != wanted+"\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if r.link(pf, "driver") != "nvidia" || r.exists(pf, "nvidia") || r.exists(pf, "physfn") {
		t.Error("it looks like a VF")
	}
}

func TestTree_ofAVirtualFunction(t *testing.T) {
	r := mounted(t, l40s)
	if r.link(vf0, "physfn") != pf || r.link(vf0, "driver") != "nvidia" || r.exists(vf0, "sriov_totalvfs") {
		t.Error("it does not look like a VF")
	}
	if r.read(vf0, "device") != r.read(pf, "device") || r.link(vf0, "iommu_group") == r.link(pf, "iommu_group") {
		t.Error("device or group")
	}
	if event := r.read(vf0, "uevent"); !strings.Contains(event, "\nPCI_ID=10DE:26B9\n") ||
		!strings.Contains(event, "PCI_SLOT_NAME="+vf0+"\n") {
		t.Errorf("%q", event)
	}
	back, err := os.ReadFile(r.path(vf0, "physfn/virtfn0/nvidia/current_vgpu_type"))
	if err != nil || string(back) != "0\n" {
		t.Error(string(back), err)
	}
}

func TestTree_addressesRollOver(t *testing.T) {
	r := mounted(t, `
gpus:
	- {board: L40S, address: "0000:08:00.0"}
	- {board: DC, address: "0001:ff:1f.0", vfs: 3}
`)
	for i, wanted := range []string{"0000:08:00.4", "0000:08:00.5", "0000:08:00.6", "0000:08:00.7", "0000:08:01.0"} {
		if got := r.link("0000:08:00.0", "virtfn"+itoa(i)); got != wanted {
			t.Errorf("virtfn%d is %s", i, got)
		}
	}
	if got := r.link("0000:08:00.0", "virtfn31"); got != "0000:08:04.3" {
		t.Error(got)
	}
	if !r.exists("0001:ff:1f.6") {
		t.Error("another domain")
	}
}

func TestTree_entriesAreLinks(t *testing.T) {
	r := mounted(t, l40s)
	entries, err := os.ReadDir(r.path())
	if err != nil || len(entries) != 33 {
		t.Fatal(len(entries), err)
	}
	for _, entry := range entries {
		if entry.Type() != os.ModeSymlink {
			t.Errorf("%s is no link, and walks of the folder skip it", entry.Name())
		}
	}
}

func TestTree_ofDevicesMountedByItself(t *testing.T) {
	r := mounted(t, l40s)
	elsewhere := t.TempDir()
	if err := unix.Mount(r.path(), elsewhere, "", unix.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Unmount(elsewhere, unix.MNT_DETACH) }()
	if err := os.WriteFile(filepath.Join(elsewhere, vf0, "nvidia/current_vgpu_type"), []byte("1155"), 0); err != nil {
		t.Error(err)
	}
	r.expect(vf0, "1155", unix.EPERM, "1155")
}

func TestTree_readOnlyAttributesAndFolders(t *testing.T) {
	r := mounted(t, l40s)
	if got := errno(t, os.WriteFile(r.path(vf0, "nvidia/creatable_vgpu_types"), []byte("1"), 0)); got != unix.EACCES {
		t.Error(got)
	}
	if got := errno(t, os.WriteFile(r.path(vf0, "nvidia/new"), []byte("1"), 0o600)); got != unix.EACCES {
		t.Error(got)
	}
	if got := errno(t, os.Remove(r.path(vf0, "nvidia/current_vgpu_type"))); got != unix.EPERM {
		t.Error(got)
	}
}

func TestTree_vanishedVF(t *testing.T) {
	r := mounted(t, l40s)
	open, err := os.Open(r.path(vf0, "nvidia/current_vgpu_type"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	r.do(func() error { r.vf(vf0).Vanish(); return nil })
	if r.exists(vf0) || r.exists(pf, "virtfn0") || !r.exists(vf1) {
		t.Error("it is still there")
	}
	if _, err := open.Read(make([]byte, 8)); errno(t, err) != unix.ENODEV {
		t.Error(err)
	}
}

func TestTree_VFsThatAppearLate(t *testing.T) {
	r := mounted(t, `
gpus:
	- {board: L40S, address: "0000:41:00.0", enabled: 0}
`)
	if r.exists(vf0) || r.read(pf, "sriov_numvfs") != "0\n" || r.read(pf, "sriov_totalvfs") != "32\n" {
		t.Error("there are VFs")
	}
	r.do(func() error { return r.host.GPUs[0].EnableVFs(32) })
	r.expect(vf0, "1155", 0, "1155")
}

func TestTree_reboot(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155", 0, "1155")
	r.do(func() error { return r.vf(vf0).Hold() })
	r.do(func() error { r.host.Reboot(true); return nil })
	r.expect(vf0, "0", unix.EPERM, "0")
	r.do(func() error { r.host.Reboot(false); return nil })
	if r.exists(vf0) {
		t.Error("VFs without anyone to enable them")
	}
}

func TestTree_cardPassedThroughWhole(t *testing.T) {
	r := mounted(t, `
gpus:
	- {board: L40S, address: "0000:41:00.0", boundTo: vfio-pci}
`)
	if r.link(pf, "driver") != "vfio-pci" || r.exists(vf0) || !r.exists(pf, "sriov_totalvfs") {
		t.Error("it is not passed through")
	}
}

func TestTree_VFBoundToVFIO(t *testing.T) {
	r := mounted(t, l40s)
	r.expect(vf0, "1155", 0, "1155")
	r.do(func() error { return r.host.Bind(vf0, "vfio-pci") })
	if r.exists(vf0, "nvidia") || r.link(vf0, "driver") != "vfio-pci" {
		t.Error("the nvidia driver still has it")
	}
	if profiles, _ := r.creatable(vf1); !slices.Contains(profiles, "L40S-48Q") {
		t.Error("its vGPU is still there")
	}
}

func TestTree_cardWithoutVFs(t *testing.T) {
	r := mounted(t, `
gpus:
	- {board: T4, address: "0000:3b:00.0", mode: none}
`)
	if r.exists("0000:3b:00.0/sriov_totalvfs") || r.exists("0000:3b:00.0/mdev_supported_types") {
		t.Error("it can make vGPUs")
	}
	if _, err := os.Stat(filepath.Join(r.root, "class/mdev_bus")); err == nil {
		t.Error("mdev_bus")
	}
}

func TestTree_mdevEra(t *testing.T) {
	r := mounted(t, `
gpus:
	- {board: T4, address: "0000:3b:00.0", mode: mdev}
	- {board: A40, address: "0000:41:00.0", mode: mdev, vfs: 4}
`)
	buses, err := os.ReadDir(filepath.Join(r.root, "class/mdev_bus"))
	if err != nil || len(buses) != 5 {
		t.Fatal(len(buses), err)
	}
	if r.exists(vf0, "nvidia") || !r.exists(vf0, "mdev_supported_types/nvidia-557/name") {
		t.Error("a VF of the mdev era")
	}
	create := filepath.Join(r.root, "class/mdev_bus/0000:3b:00.0/mdev_supported_types/nvidia-222/create")
	if got := errno(t, os.WriteFile(create, []byte("83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"), 0)); got != unix.EPERM {
		t.Error(got)
	}
	if len(r.host.Journal) != 1 {
		t.Errorf("%v", r.host.Journal)
	}
}

func TestTree_otherDevices(t *testing.T) {
	r := mounted(t, `
others:
	- {address: "0000:17:00.0", vendor: 0x8086, device: 0x1592, class: 0x020000, boundTo: ice}
`)
	if r.read("0000:17:00.0/vendor") != "0x8086\n" || r.link("0000:17:00.0/driver") != "ice" {
		t.Error("it is not there")
	}
}
