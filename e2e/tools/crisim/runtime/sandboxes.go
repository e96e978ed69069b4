package runtime

import (
	"context"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// RunPodSandbox makes a pod's sandbox.
func (r *Runtime) RunPodSandbox(_ context.Context, request *cri.RunPodSandboxRequest) (*cri.RunPodSandboxResponse,
	error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if request.GetConfig().GetMetadata() == nil {
		return nil, status.Error(codes.InvalidArgument, "a sandbox needs metadata")
	}
	s := &sandbox{id: newID(), config: request.Config, handler: request.RuntimeHandler, created: now(), ready: true,
		address: r.address(request.Config)}
	r.sandboxes = append(r.sandboxes, s)
	return &cri.RunPodSandboxResponse{PodSandboxId: s.id}, nil
}

// StopPodSandbox stops the pod's containers too. What is not there is stopped.
func (r *Runtime) StopPodSandbox(_ context.Context, request *cri.StopPodSandboxRequest) (*cri.StopPodSandboxResponse,
	error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if s, err := r.sandbox(request.PodSandboxId); err == nil {
		r.stop(s)
	}
	return &cri.StopPodSandboxResponse{}, nil
}

func (r *Runtime) stop(s *sandbox) {
	s.ready = false
	for _, c := range r.containers {
		if c.sandbox == s {
			c.exit(0)
		}
	}
}

// RemovePodSandbox removes the pod's containers too.
func (r *Runtime) RemovePodSandbox(_ context.Context, request *cri.RemovePodSandboxRequest) (
	*cri.RemovePodSandboxResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if s, err := r.sandbox(request.PodSandboxId); err == nil {
		r.containers = slices.DeleteFunc(r.containers, func(c *container) bool { return c.sandbox == s })
		r.sandboxes = slices.DeleteFunc(r.sandboxes, func(other *sandbox) bool { return other == s })
	}
	return &cri.RemovePodSandboxResponse{}, nil
}

// PodSandboxStatus shows one sandbox.
func (r *Runtime) PodSandboxStatus(_ context.Context, request *cri.PodSandboxStatusRequest) (
	*cri.PodSandboxStatusResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	s, err := r.sandbox(request.PodSandboxId)
	if err != nil {
		return nil, err
	}
	return &cri.PodSandboxStatusResponse{Status: &cri.PodSandboxStatus{Id: s.id, Metadata: s.config.Metadata,
		State: s.state(), CreatedAt: s.created, Network: &cri.PodSandboxNetworkStatus{Ip: s.address},
		Linux: &cri.LinuxPodSandboxStatus{Namespaces: &cri.Namespace{
			Options: s.config.GetLinux().GetSecurityContext().GetNamespaceOptions()}},
		Labels: s.config.Labels, Annotations: s.config.Annotations, RuntimeHandler: s.handler}}, nil
}

func (s *sandbox) state() cri.PodSandboxState {
	if s.ready {
		return cri.PodSandboxState_SANDBOX_READY
	}
	return cri.PodSandboxState_SANDBOX_NOTREADY
}

// ListPodSandbox lists what a filter lets through.
func (r *Runtime) ListPodSandbox(_ context.Context, request *cri.ListPodSandboxRequest) (*cri.ListPodSandboxResponse,
	error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	filter := request.GetFilter()
	response := &cri.ListPodSandboxResponse{}
	for _, s := range r.sandboxes {
		if filter.GetId() != "" && filter.GetId() != s.id ||
			filter.GetState() != nil && filter.GetState().State != s.state() ||
			!selects(filter.GetLabelSelector(), s.config.Labels) {
			continue
		}
		response.Items = append(response.Items, &cri.PodSandbox{Id: s.id, Metadata: s.config.Metadata, State: s.state(),
			CreatedAt: s.created, Labels: s.config.Labels, Annotations: s.config.Annotations, RuntimeHandler: s.handler})
	}
	return response, nil
}

// UpdatePodSandboxResources accepts everything.
func (r *Runtime) UpdatePodSandboxResources(context.Context, *cri.UpdatePodSandboxResourcesRequest) (
	*cri.UpdatePodSandboxResourcesResponse, error) {
	return &cri.UpdatePodSandboxResourcesResponse{}, nil
}
