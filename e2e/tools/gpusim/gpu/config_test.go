package gpu

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfig_whatCannotBe(t *testing.T) {
	for _, wrong := range []struct{ config, says string }{
		{`{gpus: [{board: GeForce, address: "0000:41:00.0"}]}`, "there is no board"},
		{`{gpus: [{board: L40S, address: "41:00.0"}]}`, "not a PCI address"},
		{`{gpus: [{board: L40S, address: "0000:41:00.8"}]}`, "not a PCI address"},
		{`{gpus: [{board: L40S, address: "0000:41:00.0", vfs: 2, types: [0, 0, 1155]}]}`, "3 types for 2 VFs"},
		{`{gpus: [{board: L40S, address: "0000:41:00.0", types: [1155, 1153]}]}`, "type 1153 on 0000:41:00.5"},
		{`{gpus: [{board: L40S, address: "0000:41:00.0", enabled: 0, types: [1155]}]}`, "has no driver"},
		{`{gpus: [{board: L40S, address: "0000:41:00.0", enabled: 33}]}`, "cannot be enabled"},
		{`{gpus: [{board: T4, address: "0000:41:00.0"}]}`, "has no VFs"},
		{`{gpus: [{board: T4, address: "0000:41:00.0", mode: vgpu}]}`, "mode"},
		{`{gpus: [{board: L4, address: "0000:41:00.0"}, {board: L4, address: "0000:41:00.4"}]}`, "two functions"},
		{`{gpus: [{board: L4, adress: "0000:41:00.0"}]}`, "adress"},
		{`{driver: nouveau}`, "neither vendor nor open"},
		{`{list: id}`, "neither id-first nor name-first"},
	} {
		file := filepath.Join(t.TempDir(), "gpus.yaml")
		if err := os.WriteFile(file, []byte(wrong.config), 0o600); err != nil {
			t.Fatal(err)
		}
		config, err := ReadConfig(file)
		if err == nil {
			_, err = NewHost(config)
		}
		if err == nil || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%s: %v", wrong.config, err)
		}
	}
}
