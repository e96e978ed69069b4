package gpu

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"

	"vgpu-steward.io/e2e/tools/gpusim/board"
)

// Config is a host's GPUs, as YAML or JSON.
type Config struct {
	Driver     string         `yaml:"driver"`     // whose errno and lists: "vendor" (default) or "open"
	List       string         `yaml:"list"`       // "id-first" (default); "name-first" as one draft of the open driver
	IOMMUGroup int            `yaml:"iommuGroup"` // of the first function, counted up from there; 64 unless given
	GPUs       []GPUConfig    `yaml:"gpus"`
	Others     []DeviceConfig `yaml:"others"`
}

// GPUConfig is one physical function. A board with several GPUs, such as A16, is several of them.
type GPUConfig struct {
	Board        string `yaml:"board"`        // a name of board.Names
	Address      string `yaml:"address"`      // of the physical function, for example 0000:41:00.0
	Mode         string `yaml:"mode"`         // "sriov" (default), "mdev" or "none", a card without virtual functions
	BoundTo      string `yaml:"boundTo"`      // the PF's driver; "vfio-pci" where the card is passed through whole
	VFs          *int   `yaml:"vfs"`          // sriov_totalvfs; the board's unless given
	Enabled      *int   `yaml:"enabled"`      // how many of them are there at the start; all unless given
	Types        []int  `yaml:"types"`        // what the VFs carry at the start, in their order, 0 for nothing
	Mixed        bool   `yaml:"mixed"`        // sizes may mix on this GPU
	FirstType    int    `yaml:"firstType"`    // shifts the board's type ids so that the smallest is this one
	NUMANode     int    `yaml:"numaNode"`     // -1 for none
	SharedGroups bool   `yaml:"sharedGroups"` // all VFs are in their PF's IOMMU group, as without ACS
}

// DeviceConfig is a PCI function that is no GPU.
type DeviceConfig struct {
	Address string `yaml:"address"`
	Vendor  uint16 `yaml:"vendor"`
	Device  uint16 `yaml:"device"`
	Class   uint32 `yaml:"class"`
	BoundTo string `yaml:"boundTo"`
}

// ReadConfig reads a file; what it does not know is an error.
func ReadConfig(path string) (Config, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	var config Config
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&config); err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return config, nil
}

// NewHost makes the GPUs of a configuration.
func NewHost(config Config) (*Host, error) {
	host := &Host{nameFirst: config.List == "name-first"}
	switch config.List {
	case "", "id-first", "name-first":
	default:
		return nil, fmt.Errorf("list: %q is neither id-first nor name-first", config.List)
	}
	switch config.Driver {
	case "", "vendor":
		host.driver = vendor{}
	case "open":
		host.driver = open{}
	default:
		return nil, fmt.Errorf("driver: %q is neither vendor nor open", config.Driver)
	}
	groups := config.IOMMUGroup
	if groups == 0 {
		groups = 64
	}
	for _, entry := range config.GPUs {
		gpu, err := newGPU(entry, host.driver, &groups)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", entry.Board, entry.Address, err)
		}
		host.GPUs = append(host.GPUs, gpu)
		if err := host.carry(gpu, entry.Types); err != nil {
			return nil, fmt.Errorf("%s %s: %w", entry.Board, entry.Address, err)
		}
	}
	for _, other := range config.Others {
		address, err := ParseAddress(other.Address)
		if err != nil {
			return nil, err
		}
		host.Others = append(host.Others, &Device{Address: address, Vendor: other.Vendor, Device: other.Device,
			Class: other.Class, Driver: other.BoundTo, Group: next(&groups)})
	}
	return host, host.distinct()
}

// carry gives VFs their first types through the driver's own rules.
func (h *Host) carry(gpu *GPU, types []int) error {
	if len(types) > len(gpu.VFs) {
		return fmt.Errorf("%d types for %d VFs", len(types), len(gpu.VFs))
	}
	for i, id := range types {
		if id == 0 {
			continue
		}
		vf := gpu.VFs[i]
		if !vf.Usable() {
			return fmt.Errorf("%s has no driver that could take a type", vf.Address)
		}
		if errno := h.driver.store(vf, fmt.Sprint(id)); errno != 0 {
			return fmt.Errorf("type %d on %s: %w", id, vf.Address, errno)
		}
	}
	return nil
}

func (h *Host) distinct() error {
	seen := map[Address]bool{}
	for device := range h.all() {
		if seen[device.Address] {
			return fmt.Errorf("two functions have the address %s", device.Address)
		}
		seen[device.Address] = true
	}
	return nil
}

func newGPU(entry GPUConfig, driver driver, groups *int) (*GPU, error) {
	model, err := board.Find(entry.Board)
	if err != nil {
		return nil, err
	}
	if entry.FirstType != 0 {
		model.Types = shifted(model.Types, entry.FirstType)
	}
	address, err := ParseAddress(entry.Address)
	if err != nil {
		return nil, err
	}
	physical, virtual := driver.names()
	if entry.BoundTo != "" {
		physical = entry.BoundTo
	}
	mode := Mode(entry.Mode)
	if mode == "" {
		mode = SRIOV
	}
	if !slices.Contains([]Mode{SRIOV, Mdev, None}, mode) {
		return nil, fmt.Errorf("mode: %q is none of sriov, mdev and none", entry.Mode)
	}
	total := model.VFs
	if entry.VFs != nil {
		total = *entry.VFs
	}
	if mode == None {
		total = 0
	}
	enabled := total
	if entry.Enabled != nil {
		enabled = *entry.Enabled
	}
	if physical != VFIO && mode == SRIOV && total == 0 {
		return nil, fmt.Errorf("%s has no VFs: its mode is mdev or none", entry.Board)
	}
	if total < 0 || enabled < 0 || enabled > total {
		return nil, fmt.Errorf("%d of %d VFs cannot be enabled", enabled, total)
	}
	if physical == VFIO && entry.Enabled == nil {
		enabled = 0
	}
	gpu := &GPU{Device: Device{Address: address, Vendor: board.Vendor, Device: model.Device,
		Subsystem: model.Subsystem, Class: model.Class, Driver: physical, NUMANode: entry.NUMANode,
		Group: next(groups)}, Board: model, Mode: mode, Mixed: entry.Mixed, Enabled: enabled}
	for i := range total {
		group := gpu.Group
		if !entry.SharedGroups {
			group = next(groups)
		}
		function := gpu.Device
		function.Address, function.Group, function.Driver = address.Plus(firstVF+i), group, virtual
		gpu.VFs = append(gpu.VFs, &VF{Device: function, Index: i, GPU: gpu})
	}
	return gpu, nil
}

func shifted(types []board.Type, first int) []board.Type {
	smallest := slices.MinFunc(types, func(a, b board.Type) int { return a.ID - b.ID }).ID
	moved := slices.Clone(types)
	for i := range moved {
		moved[i].ID += first - smallest
	}
	return moved
}

func next(groups *int) int {
	*groups++
	return *groups - 1
}
