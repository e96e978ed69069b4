package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// programs is a folder with gpusim and crisim.
var programs string

// TestMain is the program itself, or a kubelet, where a test started it.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("NODE_TEST") == "":
	case base(os.Args[0]) == "kubelet":
		kubelet()
	default:
		main()
		os.Exit(0)
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	if os.Geteuid() != 0 {
		fmt.Println("left out: namespaces need root")
		return 0
	}
	var err error
	if programs, err = os.MkdirTemp("", "node-test"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(programs)
	for _, tool := range []string{"gpusim", "crisim"} {
		build := exec.Command("go", "build", "-o", programs, ".")
		build.Dir, build.Stderr = filepath.Join("..", tool), os.Stderr
		if err := build.Run(); err != nil {
			panic(err)
		}
	}
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(programs, "kubelet"))
	}
	if err != nil {
		panic(err)
	}
	return m.Run()
}

// kubelet does what a node waits for, sets what a kubelet sets, and leaves a process that is deaf to SIGTERM.
func kubelet() {
	fmt.Println("arguments", os.Args[1:])
	for name := range tunables {
		if err := os.WriteFile(filepath.Join("/proc/sys", name), []byte("7"), 0); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	if err := exec.Command("setsid", "bash", "-c", "trap '' TERM; sleep 1000; : "+os.Getenv("MARK")).Start(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if err := os.MkdirAll("/var/lib/kubelet/device-plugins", 0o755); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if err := os.WriteFile("/var/lib/kubelet/device-plugins/kubelet.sock", nil, 0o600); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if os.Getenv("KUBELET_ENDS") != "" {
		time.Sleep(500 * time.Millisecond)
		os.Exit(1)
	}
	time.Sleep(time.Hour)
}

// launched is a running node.
type launched struct {
	*exec.Cmd
	t      *testing.T
	folder string
	input  io.Closer
	root   string // of the node, as this process sees it
	ended  chan error
	said   *strings.Builder
}

const l40s = `{gpus: [{board: L40S, address: "0000:41:00.0", vfs: 4, enabled: 2, types: [1155]}]}`

func start(t *testing.T, gpus string, environment ...string) *launched {
	t.Helper()
	folder, err := os.MkdirTemp("", "node")
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(folder, "gpus.yaml")
	if err := os.WriteFile(config, []byte(gpus), 0o600); err != nil {
		t.Fatal(err)
	}
	l := &launched{t: t, folder: folder, ended: make(chan error, 1), said: &strings.Builder{}}
	l.Cmd = exec.Command(os.Args[0], "run", "--name", "n", "--folder", folder, "--kubeconfig", "kubeconfig", "--kubelet",
		filepath.Join(programs, "kubelet"), "--gpusim", filepath.Join(programs, "gpusim"), "--crisim",
		filepath.Join(programs, "crisim"), "--gpus", config, "--label", "zone=a", "--attached")
	l.Env = append(append(os.Environ(), "NODE_TEST=1", "MARK="+folder), environment...)
	l.Stderr = l.said
	input, err := l.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.input = input
	output, err := l.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.Process.Kill()
		l.nothingIsLeft()
		_ = os.RemoveAll(folder)
	})
	line, _ := bufio.NewReader(output).ReadString('\n')
	go func() { l.ended <- l.Wait() }()
	var pid int
	if _, err := fmt.Sscanf(line, "ready %d", &pid); err != nil {
		t.Fatalf("%q: %v: %s", line, err, l.said)
	}
	l.root = filepath.Join("/proc", strconv.Itoa(pid), "root")
	return l
}

// end waits for the program's own.
func (l *launched) end() error {
	l.t.Helper()
	select {
	case err := <-l.ended:
		return err
	case <-time.After(20 * time.Second):
		l.t.Fatal("it still runs")
		return nil
	}
}

func (l *launched) nothingIsLeft() {
	l.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for l.processes() != 0 {
		if time.Now().After(deadline) {
			l.t.Fatalf("%d processes are left", l.processes())
		}
		time.Sleep(20 * time.Millisecond)
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil || strings.Contains(string(mounts), l.folder) {
		l.t.Errorf("mounts are left: %v", err)
	}
}

func (l *launched) processes() int {
	count := 0
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range commands {
		command, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(command), l.folder) {
			count++
		}
	}
	return count
}

func (l *launched) names(folder string) string {
	l.t.Helper()
	entries, err := os.ReadDir(filepath.Join(l.root, folder))
	if err != nil {
		l.t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return strings.Join(names, " ")
}

func TestNode_hasItsOwnGPUsAndFolders(t *testing.T) {
	panicAfter, err := os.ReadFile("/proc/sys/kernel/panic")
	if err != nil {
		t.Fatal(err)
	}
	l := start(t, l40s)
	for folder, wanted := range map[string]string{
		"/sys/bus/pci/devices": "0000:41:00.0 0000:41:00.4 0000:41:00.5",
		"/dev/vfio":            "64 65 66 67 68 vfio", // also of functions that appear later
		"/var/lib/kubelet":     "device-plugins",
		"/var/log":             "",
	} {
		if got := l.names(folder); got != wanted {
			t.Errorf("%s: %s", folder, got)
		}
	}
	if got, err := os.ReadFile(filepath.Join(l.root, "/sys/bus/pci/devices/0000:41:00.4/nvidia/current_vgpu_type")); err !=
		nil || string(got) != "1155\n" {
		t.Error(string(got), err)
	}
	for _, device := range []string{"/dev/null", "/dev/kvm", "/dev/net/tun", "/dev/vhost-net", "/dev/shm"} {
		if _, err := os.Stat(filepath.Join(l.root, device)); err != nil {
			t.Error(err)
		}
	}
	if now, _ := os.ReadFile("/proc/sys/kernel/panic"); string(now) != string(panicAfter) {
		t.Error("the kubelet has changed the machine")
	}
	if said, _ := os.ReadFile(filepath.Join(l.folder, "log/kubelet.log")); !strings.Contains(string(said),
		"--hostname-override n ") || !strings.Contains(string(said), "--node-labels zone=a") {
		t.Errorf("%s", said)
	}
}

func TestNode_withMediatedDevices(t *testing.T) {
	l := start(t, `{gpus: [{board: T4, address: "0000:3b:00.0", mode: mdev}]}`)
	if got := l.names("/sys/class/mdev_bus"); got != "0000:3b:00.0" {
		t.Error(got)
	}
	if got := l.names("/sys/class"); !strings.Contains(got, "net") {
		t.Error(got)
	}
}

func TestNode_endsWithSIGTERM(t *testing.T) {
	l := start(t, l40s)
	_ = l.Process.Signal(unix.SIGTERM)
	if err := l.end(); err != nil {
		t.Error(err, l.said)
	}
	l.nothingIsLeft()
}

func TestNode_endsWithItsParent(t *testing.T) {
	l := start(t, l40s)
	_ = l.input.Close()
	if err := l.end(); err != nil {
		t.Error(err, l.said)
	}
	l.nothingIsLeft()
}

func TestNode_endsWhenItIsKilled(t *testing.T) {
	l := start(t, l40s)
	if l.processes() < 4 {
		t.Fatal("the processes are not found")
	}
	_ = l.Process.Kill()
	_ = l.end()
	l.nothingIsLeft()
}

func TestNode_endsWithAPart(t *testing.T) {
	l := start(t, l40s, "KUBELET_ENDS=1")
	if err := l.end(); err == nil || !strings.Contains(l.said.String(), "kubelet ended: see "+l.folder) {
		t.Error(err, l.said)
	}
	l.nothingIsLeft()
}

func TestCtl(t *testing.T) {
	l := start(t, l40s)
	socket := filepath.Join(l.folder, "node.sock")
	for _, step := range []struct{ command, says string }{
		{"stop crisim", ""},
		{"stop crisim", "crisim does not run"},
		{"start crisim", ""},
		{"start crisim", "crisim runs"},
		{"restart crisim", ""},
		{"restart device-controller", `no part "device-controller"`},
		{"explode crisim", `"explode" is none of`},
		{"stop", "usage"},
	} {
		err := ask(socket, step.command)
		if step.says == "" && err != nil || step.says != "" && (err == nil || !strings.Contains(err.Error(), step.says)) {
			t.Errorf("%s: %v", step.command, err)
		}
	}
	if l.ProcessState != nil {
		t.Error("it has ended")
	}
}

func TestRun_wrongArguments(t *testing.T) {
	complete := []string{"run", "--name", "n", "--folder", "/f", "--kubeconfig", "/k", "--kubelet", "/l", "--gpusim", "/g",
		"--crisim", "/c"}
	for _, wrong := range []struct {
		arguments []string
		says      string
	}{
		{nil, "wrong arguments"},
		{complete[:len(complete)-2], "--crisim is needed"},
		{append(complete, "--label", "zone"), "is not KEY=VALUE"},
		{append(complete, "--kubevirt", "/v"), "wrong arguments"},
		{append(complete, "--folder", "/"+strings.Repeat("f", 100)), "too long"},
		{append(complete, "more"), "wrong arguments"},
		{[]string{inside}, "wrong arguments"}, // not process 1
	} {
		if err := run(wrong.arguments); err == nil || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%v: %v", wrong.arguments, err)
		}
	}
}
