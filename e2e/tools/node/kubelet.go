package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
)

// writeKubeletConfig has the settings with which a kubelet runs without containers, and beside others on one machine.
func (n *node) writeKubeletConfig() error {
	config := map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1",
		"kind":       "KubeletConfiguration",

		"address":        "127.0.0.1",
		"port":           n.port,
		"readOnlyPort":   n.readOnlyPort, // crisim asks it for pods
		"healthzPort":    0,
		"authentication": map[string]any{"anonymous": map[string]any{"enabled": false}, "webhook": map[string]any{"enabled": false}},
		"authorization":  map[string]any{"mode": "AlwaysAllow"}, // of nobody: no one is authenticated

		"containerRuntimeEndpoint":  "unix://" + n.path("cri.sock"),
		"volumePluginDir":           n.path("plugins"),
		"resolvConf":                "",
		"nodeStatusUpdateFrequency": "1s", // what device plugins offer is in the Node object with the next of these

		"cgroupDriver":                "cgroupfs",
		"cgroupsPerQOS":               false,
		"enforceNodeAllocatable":      []string{},
		"failSwapOn":                  false,
		"failCgroupV1":                false,
		"makeIPTablesUtilChains":      false, // the machine's are not ours
		"imageGCHighThresholdPercent": 100,
		"evictionHard": map[string]string{"memory.available": "1Mi", "nodefs.available": "0%", "nodefs.inodesFree": "0%",
			"imagefs.available": "0%", "imagefs.inodesFree": "0%"},
	}
	content, err := json.MarshalIndent(config, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(n.path("kubelet.json"), content, 0o644)
}

func (n *node) kubeletArguments() []string {
	arguments := []string{"--config", n.path("kubelet.json"), "--kubeconfig", n.kubeconfig, "--hostname-override", n.name,
		"--cert-dir", n.path("certificates")}
	if len(n.labels) > 0 {
		arguments = append(arguments, "--node-labels", strings.Join(n.labels, ","))
	}
	if base(n.kubelet) != "kubelet" {
		arguments = append([]string{"kubelet"}, arguments...)
	}
	return arguments
}

// freePorts are below those that the kernel gives to connections, and at random: nodes start at the same time.
func freePorts(count int) ([]int, error) {
	var ports []int
	for range 1000 {
		port := 20000 + rand.IntN(12000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer listener.Close() // only at the end, lest one is given twice
		if ports = append(ports, port); len(ports) == count {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("no free port")
}
