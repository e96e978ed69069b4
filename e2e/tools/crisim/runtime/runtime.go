// Package runtime is a container runtime that keeps sandboxes and containers as state and runs nothing.
package runtime

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Runtime is the state. It serves CRI's runtime and image services; its lock guards everything.
type Runtime struct {
	cri.UnimplementedRuntimeServiceServer
	cri.UnimplementedImageServiceServer
	lock       sync.Mutex
	specs      Specs
	storage    string
	sandboxes  []*sandbox
	containers []*container
	addresses  int
}

// Specs tells which containers of a pod come to their end by themselves: its init containers, sidecars apart. The
// runtime is not told; only the kubelet knows.
type Specs interface {
	Finishes(podUID, container string) (bool, error)
}

type sandbox struct {
	id      string
	config  *cri.PodSandboxConfig
	handler string
	created int64
	ready   bool
	address string
}

type container struct {
	id                         string
	sandbox                    *sandbox
	config                     *cri.ContainerConfig
	state                      cri.ContainerState
	finishes                   bool
	created, started, finished int64
	exitCode                   int32
	reason                     string
}

// New is a runtime whose images would be kept in the folder storage.
func New(specs Specs, storage string) *Runtime {
	return &Runtime{specs: specs, storage: storage}
}

func newID() string {
	var id [32]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

func now() int64 {
	return time.Now().UnixNano()
}

func (r *Runtime) sandbox(id string) (*sandbox, error) {
	for _, s := range r.sandboxes {
		if s.id == id {
			return s, nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "no sandbox %s", id)
}

func (r *Runtime) container(id string) (*container, error) {
	for _, c := range r.containers {
		if c.id == id {
			return c, nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "no container %s", id)
}

func (c *container) exit(code int32) {
	if c.state == cri.ContainerState_CONTAINER_EXITED {
		return
	}
	c.state, c.exitCode, c.finished = cri.ContainerState_CONTAINER_EXITED, code, now()
	c.reason = "Completed"
	if code != 0 {
		c.reason = "Error"
	}
}

// address is a pod's own IP. Nothing listens there.
func (r *Runtime) address(config *cri.PodSandboxConfig) string {
	if config.GetLinux().GetSecurityContext().GetNamespaceOptions().GetNetwork() == cri.NamespaceMode_NODE {
		return ""
	}
	r.addresses++
	return fmt.Sprintf("10.88.%d.%d", r.addresses/250%256, r.addresses%250+2)
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}
