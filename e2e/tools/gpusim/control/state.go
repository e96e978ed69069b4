package control

import "vgpu-steward.io/e2e/tools/gpusim/gpu"

// GPU is a physical function as the command state shows it.
type GPU struct {
	Address string `json:"address"`
	Board   string `json:"board"`
	Driver  string `json:"driver"`
	Mode    string `json:"mode"`
	Mixed   bool   `json:"mixed"`
	Enabled int    `json:"enabled"`
	VFs     []VF   `json:"vfs"`
}

// VF is a virtual function, also one that is not there now: its IOMMU group is known before it appears.
type VF struct {
	Address string `json:"address"`
	Present bool   `json:"present"`
	Driver  string `json:"driver"`
	Group   int    `json:"iommuGroup"`
	Type    int    `json:"type"`
	Profile string `json:"profile"`
	Held    bool   `json:"held"`
}

func state(host *gpu.Host) []GPU {
	shown := []GPU{}
	for _, card := range host.GPUs {
		g := GPU{Address: card.Address.String(), Board: card.Board.Name, Driver: card.Driver, Mode: string(card.Mode),
			Mixed: card.Mixed, Enabled: card.Enabled, VFs: []VF{}}
		for _, vf := range card.VFs {
			v := VF{Address: vf.Address.String(), Present: vf.Present(), Driver: vf.Driver, Group: vf.Group, Held: vf.Held}
			if vf.Type != nil {
				v.Type, v.Profile = vf.Type.ID, vf.Type.Profile()
			}
			g.VFs = append(g.VFs, v)
		}
		shown = append(shown, g)
	}
	return shown
}
