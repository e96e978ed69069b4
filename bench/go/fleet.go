package main

import (
	"embed"
	"fmt"
	"strings"
	"time"
)

//go:embed fleet
var fleetFiles embed.FS

// fleet makes the objects of a cluster of any size. Each object is a file of fleet/, with its numbers filled in.
type fleet struct {
	nodes int
	// guests is how many VirtualMachines there are, each with its instance and its launcher; the first vgpus of them
	// have a vGPU.
	guests int
	vgpus  int
	files  map[string]string
}

const (
	devicesPerNode = 8
	namespaces     = 50
)

func newFleet(nodes, guests int) (*fleet, error) {
	f := &fleet{nodes: nodes, guests: guests, vgpus: min(guests, nodes*devicesPerNode), files: map[string]string{}}
	entries, err := fleetFiles.ReadDir("fleet")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		content, err := fleetFiles.ReadFile("fleet/" + entry.Name())
		if err != nil {
			return nil, err
		}
		compact, err := compacted(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		f.files[strings.TrimSuffix(entry.Name(), ".json")] = string(compact)
	}
	return f, nil
}

func nodeName(i int) string { return fmt.Sprintf("gpu-node-%05d.example.com", i) }

// nodeNames are the first candidates.
func nodeNames(count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = nodeName(i)
	}
	return names
}

// Of ten nodes five carry what is asked for, three something else under the same resource name, one both, and one
// advertises more than it carries.
func layout(node int) (profiles []string, advertised int) {
	profiles = make([]string, devicesPerNode)
	for i := range profiles {
		profiles[i] = "L40S-24Q"
		if node%10 == 1 || node%10 == 4 || node%10 == 7 || node%10 == 8 && i%2 == 1 {
			profiles[i] = "L40S-12Q"
		}
	}
	advertised = devicesPerNode
	if node%10 == 9 {
		advertised++
	}
	return profiles, advertised
}

func fits(node int) bool {
	switch node % 10 {
	case 1, 4, 7, 8, 9:
		return false
	}
	return true
}

func (f *fleet) fill(file string, i, version int, more ...string) string {
	return strings.NewReplacer(append([]string{
		"{{i}}", fmt.Sprintf("%06d", i),
		"{{namespace}}", fmt.Sprintf("tenant-%02d", i%namespaces),
		"{{version}}", fmt.Sprint(version),
	}, more...)...).Replace(f.files[file])
}

func (f *fleet) node(i, version int) string {
	_, advertised := layout(i)
	return f.fill("node", i, version, "{{node}}", nodeName(i), "{{count}}", fmt.Sprint(advertised))
}

// Each GPU has 16 virtual functions, of which the first two carry something.
func (f *fleet) vgpuNode(i, version int, message string) string {
	profiles, _ := layout(i)
	var gpus []string
	for gpu := 0; gpu < devicesPerNode/2; gpu++ {
		var vfs []string
		for vf := range 16 {
			file, profile := "vf-empty", ""
			if vf < 2 {
				file, profile = "vf", profiles[2*gpu+vf]
			}
			vfs = append(vfs, f.fill(file, i, version, "{{profile}}", profile,
				"{{busId}}", fmt.Sprintf("0000:%02x:%02x.%x", 0x41+gpu*0x20, vf/8, vf%8+1)))
		}
		gpus = append(gpus, f.fill("gpu", i, version, "{{busId}}", fmt.Sprintf("0000:%02x:00.0", 0x41+gpu*0x20),
			`"{{vfs}}"`, strings.Join(vfs, ",")))
	}
	return f.fill("vgpunode", i, version, "{{node}}", nodeName(i), `"{{gpus}}"`, strings.Join(gpus, ","),
		"{{message}}", message)
}

func (f *fleet) lease(i, version int) string {
	return f.fill("lease", i, version, "{{node}}", nodeName(i),
		"{{now}}", time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"))
}

func (f *fleet) guest(file string, i, version int) string {
	suffix := ""
	if i < f.vgpus {
		suffix = "-vgpu"
	}
	return f.fill(file+suffix, i, version, "{{node}}", nodeName(i/devicesPerNode%max(1, f.nodes)))
}

// pod is a launcher with a vGPU, on some node.
func (f *fleet) pod(i, version int) string {
	return f.fill("pod-vgpu", i, version, "{{node}}", nodeName(i%max(1, f.nodes)))
}

// pendingPodWithVgpu is one that waits to be placed: what kube-scheduler sends.
func (f *fleet) pendingPodWithVgpu(i int) string {
	return strings.Replace(f.pod(i, 1), `"nodeName":"`+nodeName(i%max(1, f.nodes))+`",`, "", 1)
}
