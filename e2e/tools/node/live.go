package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// live is the node's first process: it lays out the node's file system, starts its parts in their order and stops them
// when standard input ends or one of them does.
func live(o options) error {
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(stop)
	}()
	for _, folder := range []string{o.log, o.path("var-log"), o.path("kubelet"), o.path("sysfs"), o.path("plugins"),
		o.path("certificates")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	node := &node{options: o, died: make(chan string, 8)}
	defer node.stopAll()
	if err := node.start(stop); err != nil {
		return err
	}
	listener, err := node.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Println("ready")
	_ = os.Stdout.Close() // launch reads to the end
	select {
	case <-stop:
		return nil
	case name := <-node.died:
		return fmt.Errorf("%s ended: see %s", name, o.logOf(name))
	}
}

func (n *node) start(stop <-chan struct{}) error {
	if err := isolate(); err != nil {
		return err
	}
	gpus := n.gpus
	if gpus == "" {
		gpus = n.path("no-gpus.yaml")
		if err := os.WriteFile(gpus, []byte("{}\n"), 0o644); err != nil {
			return err
		}
	}
	if n.port == 0 || n.readOnlyPort == 0 {
		ports, err := freePorts(2)
		if err != nil {
			return err
		}
		n.port, n.readOnlyPort = ports[0], ports[1]
	}
	if err := n.writeKubeletConfig(); err != nil {
		return err
	}
	n.add("gpusim", n.gpusim, "serve", "--config", gpus, "--mount", n.path("sysfs"), "--socket", n.path("gpusim.sock"))
	n.add("crisim", n.crisim, "serve", "--cri", n.path("cri.sock"), "--control", n.path("crisim.sock"), "--storage",
		n.path("kubelet"), "--pods", fmt.Sprintf("http://127.0.0.1:%d/pods", n.readOnlyPort))
	n.add("kubelet", n.kubelet, n.kubeletArguments()...)
	if n.kubevirt != "" {
		n.add("device-controller", n.kubevirt, "device-controller", "--kubeconfig", n.kubevirtKubeconfig,
			"--hostname-override", n.name)
	}
	if err := n.startPart("gpusim", stop, n.devicesAreThere); err != nil {
		return err
	}
	groups, err := n.groups()
	if err != nil {
		return err
	}
	if err := layOut(n.options, groups); err != nil {
		return err
	}
	if err := n.startPart("crisim", stop, exists(n.path("crisim.sock"))); err != nil {
		return err
	}
	if err := n.startPart("kubelet", stop, exists("/var/lib/kubelet/device-plugins/kubelet.sock")); err != nil {
		return err
	}
	if n.kubevirt != "" {
		return n.startPart("device-controller", stop, nil)
	}
	return nil
}

func (n *node) devicesAreThere() bool {
	_, err := os.Stat(n.path("sysfs", "bus/pci/devices"))
	return err == nil && exists(n.path("gpusim.sock"))()
}

// groups are the IOMMU groups that the node's functions have or will have once they appear.
func (n *node) groups() ([]string, error) {
	seen := map[string]bool{}
	entries, err := os.ReadDir(n.path("sysfs", "kernel/iommu_groups"))
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		seen[entry.Name()] = true
	}
	state, err := exec.Command(n.gpusim, "ctl", n.path("gpusim.sock"), "state").Output()
	if err != nil {
		return nil, fmt.Errorf("asking gpusim: %w", err)
	}
	var gpus []struct{ VFs []struct{ IOMMUGroup int } }
	if err := json.Unmarshal(state, &gpus); err != nil {
		return nil, fmt.Errorf("what gpusim says: %w", err)
	}
	for _, gpu := range gpus {
		for _, vf := range gpu.VFs {
			seen[strconv.Itoa(vf.IOMMUGroup)] = true
		}
	}
	var groups []string
	for group := range seen {
		groups = append(groups, group)
	}
	return groups, nil
}

func exists(path string) func() bool {
	return func() bool {
		_, err := os.Stat(path)
		return err == nil
	}
}

var errStopped = errors.New("stopped while it started")

// await polls a condition for a minute: a kubelet among many on a busy machine is slow.
func await(condition func() bool, stop <-chan struct{}, dead <-chan string) error {
	for deadline := time.Now().Add(time.Minute); ; {
		if condition() {
			return nil
		}
		if time.Now().After(deadline) {
			return errors.New("it is not ready after a minute")
		}
		select {
		case <-stop:
			return errStopped
		case name := <-dead:
			return fmt.Errorf("%s ended", name)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func base(path string) string {
	return filepath.Base(path)
}
