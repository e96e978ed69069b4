package runtime

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Pod is a sandbox as tests see it.
type Pod struct {
	Namespace   string            `json:"namespace"`
	Name        string            `json:"name"`
	UID         string            `json:"uid"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Ready       bool              `json:"ready"`
	Containers  []Container       `json:"containers"`
}

// Container is what the kubelet handed over for one.
type Container struct {
	Name        string            `json:"name"`
	Image       string            `json:"image"`
	Command     []string          `json:"command"`
	Args        []string          `json:"args"`
	Environment map[string]string `json:"environment"`
	Devices     []Device          `json:"devices"`
	Mounts      []Mount           `json:"mounts"`
	Annotations map[string]string `json:"annotations"`
	State       string            `json:"state"` // created, running or exited
	ExitCode    int32             `json:"exitCode"`
	Attempt     uint32            `json:"attempt"`
}

// Device is a device node.
type Device struct {
	Container   string `json:"container"`
	Host        string `json:"host"`
	Permissions string `json:"permissions"`
}

// Mount is a file or folder of the node.
type Mount struct {
	Container string `json:"container"`
	Host      string `json:"host"`
	ReadOnly  bool   `json:"readOnly"`
}

// Pods are the sandboxes with their containers, oldest first.
func (r *Runtime) Pods() []Pod {
	r.lock.Lock()
	defer r.lock.Unlock()
	pods := []Pod{}
	for _, s := range r.sandboxes {
		metadata := s.config.Metadata
		pod := Pod{Namespace: metadata.Namespace, Name: metadata.Name, UID: metadata.Uid, Labels: some(s.config.Labels),
			Annotations: some(s.config.Annotations), Ready: s.ready, Containers: []Container{}}
		for _, c := range r.containers {
			if c.sandbox == s {
				pod.Containers = append(pod.Containers, c.view())
			}
		}
		pods = append(pods, pod)
	}
	return pods
}

func some(labels map[string]string) map[string]string {
	if labels == nil {
		return map[string]string{}
	}
	return labels
}

func (c *container) view() Container {
	view := Container{Name: c.config.Metadata.Name, Image: c.config.GetImage().GetUserSpecifiedImage(),
		Command: append([]string{}, c.config.Command...), Args: append([]string{}, c.config.Args...),
		Environment: map[string]string{}, Devices: []Device{}, Mounts: []Mount{},
		Annotations: some(c.config.Annotations), ExitCode: c.exitCode, Attempt: c.config.Metadata.Attempt,
		State: strings.ToLower(strings.TrimPrefix(c.state.String(), "CONTAINER_"))}
	if view.Image == "" {
		view.Image = c.config.GetImage().GetImage()
	}
	for _, variable := range c.config.Envs {
		view.Environment[variable.Key] = string(variable.Value)
	}
	for _, device := range c.config.Devices {
		view.Devices = append(view.Devices, Device{device.ContainerPath, device.HostPath, device.Permissions})
	}
	for _, mount := range c.config.Mounts {
		view.Mounts = append(view.Mounts, Mount{mount.ContainerPath, mount.HostPath, mount.Readonly})
	}
	return view
}

// Read is the content of a file that a container would find at a path, as it is on the node now. The innermost of the
// mounts above it counts; a path in the image is an error.
func (r *Runtime) Read(namespace, pod, name, file string) ([]byte, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	c, err := r.latest(namespace, pod, name)
	if err != nil {
		return nil, err
	}
	file = path.Clean(file)
	var innermost *cri.Mount
	for _, mount := range c.config.Mounts {
		above := path.Clean(mount.ContainerPath)
		if file != above && !strings.HasPrefix(file, strings.TrimSuffix(above, "/")+"/") {
			continue
		}
		if innermost == nil || len(above) >= len(path.Clean(innermost.ContainerPath)) {
			innermost = mount
		}
	}
	if innermost == nil {
		return nil, fmt.Errorf("nothing is mounted at or above %s", file)
	}
	return os.ReadFile(innermost.HostPath + strings.TrimPrefix(file, path.Clean(innermost.ContainerPath)))
}

// Exit ends a container with a code.
func (r *Runtime) Exit(namespace, pod, name string, code int32) error {
	r.lock.Lock()
	defer r.lock.Unlock()
	c, err := r.latest(namespace, pod, name)
	if err != nil {
		return err
	}
	if c.state != cri.ContainerState_CONTAINER_RUNNING {
		return fmt.Errorf("container %s of %s/%s does not run", name, namespace, pod)
	}
	c.exit(code)
	return nil
}

// latest is the newest container of a name.
func (r *Runtime) latest(namespace, pod, name string) (*container, error) {
	for _, c := range slices.Backward(r.containers) {
		metadata := c.sandbox.config.Metadata
		if metadata.Namespace == namespace && metadata.Name == pod && c.config.Metadata.Name == name {
			return c, nil
		}
	}
	return nil, fmt.Errorf("pod %s/%s has no container %s here", namespace, pod, name)
}
