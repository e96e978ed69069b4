package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/control"
)

// TestMain is the program itself where a test started it.
func TestMain(m *testing.M) {
	if os.Getenv("GPUSIM_MAIN") == "1" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type process struct {
	*exec.Cmd
	t      *testing.T
	input  io.Closer
	folder string
	socket string
}

func start(t *testing.T, folder string, more ...string) *process {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
	own := t.TempDir()
	config := filepath.Join(own, "gpus.json")
	if err := os.WriteFile(config, []byte(`{"gpus": [{"board": "L40S", "address": "0000:41:00.0", "vfs": 4}]}`),
		0o600); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, folder: folder, socket: filepath.Join(own, "socket")}
	p.Cmd = exec.Command(os.Args[0], append([]string{"serve", "--config", config, "--mount", folder, "--socket",
		p.socket}, more...)...)
	p.Env = append(os.Environ(), "GPUSIM_MAIN=1")
	p.Stderr = os.Stderr
	input, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.input = input
	output, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
		_ = unix.Unmount(folder, unix.MNT_DETACH)
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	return p
}

// ended waits for the process, and tells whether its mount is gone with it.
func (p *process) ended() {
	p.t.Helper()
	end := make(chan error, 1)
	go func() { end <- p.Wait() }()
	select {
	case err := <-end:
		if err != nil {
			p.t.Error(err)
		}
	case <-time.After(10 * time.Second):
		p.t.Fatal("it still runs")
	}
	if isMounted(p.t, p.folder) {
		p.t.Error("it is still mounted")
	}
}

func isMounted(t *testing.T, folder string) bool {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(mounts), " "+folder+" ")
}

func TestServe_unmountsOnSIGTERM(t *testing.T) {
	p := start(t, t.TempDir())
	if !isMounted(t, p.folder) {
		t.Fatal("not mounted")
	}
	_ = p.Process.Signal(unix.SIGTERM)
	p.ended()
}

func TestServe_unmountsWhileAFileIsOpen(t *testing.T) {
	p := start(t, t.TempDir())
	open, err := os.Open(filepath.Join(p.folder, "bus/pci/devices/0000:41:00.4/nvidia/current_vgpu_type"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	_ = p.Process.Signal(unix.SIGTERM)
	p.ended()
}

func TestServe_attachedEndsWithItsStandardInput(t *testing.T) {
	p := start(t, t.TempDir(), "--attached")
	_ = p.input.Close()
	p.ended()
}

func TestServe_endsWhenItIsUnmounted(t *testing.T) {
	p := start(t, t.TempDir())
	if err := unix.Unmount(p.folder, 0); err != nil {
		t.Fatal(err)
	}
	p.ended()
}

func TestServe_overTheMountOfAKilledOne(t *testing.T) {
	folder := t.TempDir()
	killed := start(t, folder)
	_ = killed.Process.Kill()
	_ = killed.Wait()
	p := start(t, folder)
	if _, err := os.Stat(filepath.Join(folder, "bus/pci/devices/0000:41:00.4")); err != nil {
		t.Error(err)
	}
	_ = p.Process.Signal(unix.SIGTERM)
	p.ended()
}

func TestServe_wrongArguments(t *testing.T) {
	for _, arguments := range [][]string{nil, {"serve"}, {"serve", "--config", "/does/not/exist", "--mount", "/tmp",
		"--socket", "/tmp/x"}, {"ctl"}, {"ctl", "/does/not/exist", "state"}} {
		if err := run(arguments); err == nil {
			t.Errorf("%v is accepted", arguments)
		}
	}
}

const (
	pf  = "0000:41:00.0"
	vf0 = "0000:41:00.4"
)

func (p *process) write(value string) string {
	err := os.WriteFile(filepath.Join(p.folder, "bus/pci/devices", vf0, "nvidia/current_vgpu_type"), []byte(value), 0)
	if err == nil {
		return ""
	}
	return unix.ErrnoName(err.(*os.PathError).Err.(unix.Errno))
}

func (p *process) ask(command string) json.RawMessage {
	p.t.Helper()
	result, err := control.Ask(p.socket, strings.Fields(command))
	if err != nil {
		p.t.Errorf("%s: %v", command, err)
	}
	return result
}

func TestControl(t *testing.T) {
	p := start(t, t.TempDir())
	for _, step := range []struct{ command, value, wanted string }{
		{"state", "1155", ""},
		{"hold " + vf0, "0", "EPERM"},
		{"release " + vf0, "0", ""},
		{"fail " + vf0 + " EIO 1", "1155", "EIO"},
		{"ignore " + vf0 + " 1", "1155", ""},
		{"state", "0", "EPERM"}, // for it was ignored
		{"mixed ALL on", "1155", ""},
		{"slow " + vf0 + " 1", "0", "EBUSY"},
		{"reboot", "0", "EPERM"},
		{"vanish " + vf0, "1155", "ENOENT"},
		{"appear " + vf0, "1155", ""},
		{"disable " + pf, "0", "ENOENT"},
		{"enable ALL", "1155", ""},
		{"bind " + vf0 + " vfio-pci", "0", "ENOENT"},
		{"bind " + vf0 + " nvidia", "1155", ""},
		{"reboot without-vfs", "1155", "ENOENT"},
		{"enable " + pf + " 1", "1155", ""},
	} {
		p.ask(step.command)
		if got := p.write(step.value); got != step.wanted {
			t.Errorf("after %q %q gives %q, not %q", step.command, step.value, got, step.wanted)
		}
	}
	var state []control.GPU
	if err := json.Unmarshal(p.ask("state"), &state); err != nil {
		t.Fatal(err)
	}
	if len(state) != 1 || state[0].Enabled != 1 || len(state[0].VFs) != 4 || state[0].VFs[0].Profile != "L40S-24Q" ||
		!state[0].VFs[0].Present || state[0].VFs[1].Present {
		t.Errorf("%+v", state)
	}
	if journal := string(p.ask("journal")); !strings.HasPrefix(journal, `[{"address":"0000:41:00.4",`+
		`"attribute":"current_vgpu_type","value":"1155","error":""},`) {
		t.Error(journal)
	}
	p.ask("forget")
	if journal := string(p.ask("journal")); journal != "[]" {
		t.Error(journal)
	}
}

func TestControl_whatIsRefused(t *testing.T) {
	p := start(t, t.TempDir())
	for command, says := range map[string]string{
		"":                          "a command is needed",
		"explode":                   "there is no command",
		"hold":                      "usage: hold VF",
		"hold " + vf0:               "carries no vGPU",
		"hold " + pf:                "is no virtual function",
		"slow " + vf0 + " many":     "is not a count",
		"fail " + vf0 + " EWRONG 1": "is no errno",
		"enable " + vf0:             "is no GPU's physical function",
		"enable " + pf + " 5":       "has 4 VFs, not 5",
		"mixed " + pf + " maybe":    "neither on nor off",
		"bind 0000:00:00.0 none":    "there is no function",
		"reboot now":                "is not without-vfs",
	} {
		if _, err := control.Ask(p.socket, strings.Fields(command)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", command, err)
		}
	}
}
