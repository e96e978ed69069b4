package runtime

import (
	"context"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const podUID = "io.kubernetes.pod.uid"

// CreateContainer keeps what the kubelet made of a container: environment, devices and mounts.
func (r *Runtime) CreateContainer(_ context.Context, request *cri.CreateContainerRequest) (
	*cri.CreateContainerResponse, error) {
	if request.GetConfig().GetMetadata() == nil {
		return nil, status.Error(codes.InvalidArgument, "a container needs metadata")
	}
	finishes, err := r.specs.Finishes(request.Config.Labels[podUID], request.Config.Metadata.Name)
	if err != nil {
		return nil, status.Errorf(codes.Unavailable, "whether %s is an init container: %v",
			request.Config.Metadata.Name, err)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	s, err := r.sandbox(request.PodSandboxId)
	if err != nil {
		return nil, err
	}
	c := &container{id: newID(), sandbox: s, config: request.Config, finishes: finishes, created: now(),
		state: cri.ContainerState_CONTAINER_CREATED}
	r.containers = append(r.containers, c)
	return &cri.CreateContainerResponse{ContainerId: c.id}, nil
}

// StartContainer lets it run; one that finishes by itself has.
func (r *Runtime) StartContainer(_ context.Context, request *cri.StartContainerRequest) (*cri.StartContainerResponse,
	error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	c, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	if c.state != cri.ContainerState_CONTAINER_CREATED {
		return nil, status.Errorf(codes.FailedPrecondition, "container %s was started before", c.id)
	}
	c.state, c.started = cri.ContainerState_CONTAINER_RUNNING, now()
	if c.finishes {
		c.exit(0)
	}
	return &cri.StartContainerResponse{}, nil
}

// StopContainer ends it with the code of a program that follows SIGTERM. What is not there is stopped.
func (r *Runtime) StopContainer(_ context.Context, request *cri.StopContainerRequest) (*cri.StopContainerResponse,
	error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if c, err := r.container(request.ContainerId); err == nil {
		c.exit(0)
	}
	return &cri.StopContainerResponse{}, nil
}

// RemoveContainer forgets it.
func (r *Runtime) RemoveContainer(_ context.Context, request *cri.RemoveContainerRequest) (
	*cri.RemoveContainerResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.containers = slices.DeleteFunc(r.containers, func(c *container) bool { return c.id == request.ContainerId })
	return &cri.RemoveContainerResponse{}, nil
}

// ListContainers lists what a filter lets through.
func (r *Runtime) ListContainers(_ context.Context, request *cri.ListContainersRequest) (*cri.ListContainersResponse,
	error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	filter := request.GetFilter()
	response := &cri.ListContainersResponse{}
	for _, c := range r.containers {
		if filter.GetId() != "" && filter.GetId() != c.id ||
			filter.GetPodSandboxId() != "" && filter.GetPodSandboxId() != c.sandbox.id ||
			filter.GetState() != nil && filter.GetState().State != c.state ||
			!selects(filter.GetLabelSelector(), c.config.Labels) {
			continue
		}
		response.Containers = append(response.Containers, &cri.Container{Id: c.id, PodSandboxId: c.sandbox.id,
			Metadata: c.config.Metadata, Image: c.config.Image, ImageRef: c.config.GetImage().GetImage(),
			ImageId: c.config.GetImage().GetImage(), State: c.state, CreatedAt: c.created, Labels: c.config.Labels,
			Annotations: c.config.Annotations})
	}
	return response, nil
}

// ContainerStatus shows one container.
func (r *Runtime) ContainerStatus(_ context.Context, request *cri.ContainerStatusRequest) (
	*cri.ContainerStatusResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	c, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	return &cri.ContainerStatusResponse{Status: &cri.ContainerStatus{Id: c.id, Metadata: c.config.Metadata,
		State: c.state, CreatedAt: c.created, StartedAt: c.started, FinishedAt: c.finished, ExitCode: c.exitCode,
		Reason: c.reason, Image: c.config.Image, ImageRef: c.config.GetImage().GetImage(),
		ImageId: c.config.GetImage().GetImage(), Labels: c.config.Labels, Annotations: c.config.Annotations,
		Mounts: c.config.Mounts, LogPath: c.sandbox.config.GetLogDirectory() + "/" + c.config.GetLogPath(),
		Resources: &cri.ContainerResources{Linux: c.config.GetLinux().GetResources()}}}, nil
}

// UpdateContainerResources accepts everything.
func (r *Runtime) UpdateContainerResources(context.Context, *cri.UpdateContainerResourcesRequest) (
	*cri.UpdateContainerResourcesResponse, error) {
	return &cri.UpdateContainerResourcesResponse{}, nil
}

// ReopenContainerLog has nothing to do: nothing is logged.
func (r *Runtime) ReopenContainerLog(context.Context, *cri.ReopenContainerLogRequest) (
	*cri.ReopenContainerLogResponse, error) {
	return &cri.ReopenContainerLogResponse{}, nil
}

// ExecSync succeeds while the container runs: so do probes.
func (r *Runtime) ExecSync(_ context.Context, request *cri.ExecSyncRequest) (*cri.ExecSyncResponse, error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	c, err := r.container(request.ContainerId)
	if err != nil {
		return nil, err
	}
	if c.state != cri.ContainerState_CONTAINER_RUNNING {
		return nil, status.Errorf(codes.FailedPrecondition, "container %s does not run", c.id)
	}
	return &cri.ExecSyncResponse{}, nil
}
