package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"vgpu-steward.io/e2e/tools/crisim/control"
	"vgpu-steward.io/e2e/tools/crisim/runtime"
)

// TestMain is the program itself where a test started it.
func TestMain(m *testing.M) {
	if os.Getenv("CRISIM_MAIN") == "1" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// node is a running crisim with a client in the kubelet's place.
type node struct {
	t       *testing.T
	process *exec.Cmd
	input   interface{ Close() error }
	control string
	folder  string
	cri.RuntimeServiceClient
	cri.ImageServiceClient
}

const podList = `{"items": [{"metadata": {"uid": "u1"}, "spec": {
	"initContainers": [{"name": "init"}, {"name": "sidecar", "restartPolicy": "Always"}],
	"containers": [{"name": "compute"}]}}]}`

func start(t *testing.T) *node {
	t.Helper()
	kubelet := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/pods" {
			http.NotFound(w, r)
		}
		_, _ = w.Write([]byte(podList))
	}))
	t.Cleanup(kubelet.Close)
	return startWith(t, kubelet.URL+"/pods")
}

func startWith(t *testing.T, pods string) *node {
	t.Helper()
	folder := t.TempDir()
	n := &node{t: t, control: filepath.Join(folder, "control"), folder: folder}
	n.process = exec.Command(os.Args[0], "serve", "--cri", filepath.Join(folder, "cri"), "--control", n.control,
		"--pods", pods, "--storage", folder, "--attached")
	n.process.Env = append(os.Environ(), "CRISIM_MAIN=1")
	n.process.Stderr = os.Stderr
	input, err := n.process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	n.input = input
	output, err := n.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = n.process.Process.Kill()
		_ = n.process.Wait()
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	connection, err := grpc.NewClient("unix://"+filepath.Join(folder, "cri"),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	n.RuntimeServiceClient = cri.NewRuntimeServiceClient(connection)
	n.ImageServiceClient = cri.NewImageServiceClient(connection)
	return n
}

func must[R any](t *testing.T) func(R, error) R {
	t.Helper()
	return func(response R, err error) R {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
}

func (n *node) sandbox() string {
	return must[*cri.RunPodSandboxResponse](n.t)(n.RunPodSandbox(context.Background(), &cri.RunPodSandboxRequest{
		Config: &cri.PodSandboxConfig{Metadata: &cri.PodSandboxMetadata{Name: "launcher", Namespace: "tenant", Uid: "u1"},
			Labels: map[string]string{"app": "vm"}, Annotations: map[string]string{"note": "kept"}}})).PodSandboxId
}

func (n *node) create(sandbox, name string) (string, error) {
	file := filepath.Join(n.folder, "userdata")
	if err := os.WriteFile(file, []byte("#cloud-config\n"), 0o600); err != nil {
		n.t.Fatal(err)
	}
	response, err := n.CreateContainer(context.Background(), &cri.CreateContainerRequest{PodSandboxId: sandbox,
		Config: &cri.ContainerConfig{Metadata: &cri.ContainerMetadata{Name: name}, Image: &cri.ImageSpec{Image: "image"},
			Labels: map[string]string{"io.kubernetes.pod.uid": "u1", "io.kubernetes.container.name": name},
			Envs:   []*cri.KeyValue{{Key: "PCI_RESOURCE_NVIDIA_COM_L40S-24Q", Value: []byte("0000:41:00.4")}},
			Devices: []*cri.Device{{ContainerPath: "/dev/vfio/65", HostPath: "/dev/vfio/65",
				Permissions: "mrw"}},
			Mounts: []*cri.Mount{{ContainerPath: "/secrets", HostPath: "/does/not/exist"},
				{ContainerPath: "/secrets/cloud-init/userdata", HostPath: file, Readonly: true},
				{ContainerPath: "/all", HostPath: n.folder}}}})
	return response.GetContainerId(), err
}

func (n *node) run(sandbox, name string) string {
	n.t.Helper()
	id := must[string](n.t)(n.create(sandbox, name))
	must[*cri.StartContainerResponse](n.t)(n.StartContainer(context.Background(),
		&cri.StartContainerRequest{ContainerId: id}))
	return id
}

func (n *node) status(id string) *cri.ContainerStatus {
	n.t.Helper()
	return must[*cri.ContainerStatusResponse](n.t)(n.ContainerStatus(context.Background(),
		&cri.ContainerStatusRequest{ContainerId: id})).Status
}

func (n *node) pods() []runtime.Pod {
	n.t.Helper()
	var pods []runtime.Pod
	if err := json.Unmarshal(must[json.RawMessage](n.t)(control.Ask(n.control, []string{"pods"})), &pods); err != nil {
		n.t.Fatal(err)
	}
	return pods
}

func TestNode_isReady(t *testing.T) {
	n := start(t)
	background := context.Background()
	version := must[*cri.VersionResponse](t)(n.Version(background, &cri.VersionRequest{}))
	if version.RuntimeApiVersion != "v1" {
		t.Error(version)
	}
	for _, condition := range must[*cri.StatusResponse](t)(n.Status(background, &cri.StatusRequest{})).Status.Conditions {
		if !condition.Status {
			t.Error(condition)
		}
	}
	images := must[*cri.ImageFsInfoResponse](t)(n.ImageFsInfo(background, &cri.ImageFsInfoRequest{}))
	if len(images.ImageFilesystems) != 1 || images.ImageFilesystems[0].FsId.Mountpoint != n.folder {
		t.Error(images)
	}
	image := must[*cri.ImageStatusResponse](t)(n.ImageStatus(background,
		&cri.ImageStatusRequest{Image: &cri.ImageSpec{Image: "any"}}))
	if image.Image.GetId() != "any" {
		t.Error(image)
	}
}

func TestContainers_initContainersFinishAndOthersRunOn(t *testing.T) {
	n := start(t)
	sandbox := n.sandbox()
	for name, state := range map[string]cri.ContainerState{"init": cri.ContainerState_CONTAINER_EXITED,
		"sidecar": cri.ContainerState_CONTAINER_RUNNING, "compute": cri.ContainerState_CONTAINER_RUNNING} {
		if got := n.status(n.run(sandbox, name)); got.State != state || got.ExitCode != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestContainers_withoutTheKubelet(t *testing.T) {
	n := startWith(t, "http://127.0.0.1:1/pods")
	if _, err := n.create(n.sandbox(), "init"); status.Code(err) != codes.Unavailable {
		t.Error(err)
	}
}

func TestContainers_stopAndRemove(t *testing.T) {
	n := start(t)
	background := context.Background()
	sandbox := n.sandbox()
	id := n.run(sandbox, "compute")
	for range 2 {
		must[*cri.StopContainerResponse](t)(n.StopContainer(background, &cri.StopContainerRequest{ContainerId: id}))
	}
	if got := n.status(id); got.State != cri.ContainerState_CONTAINER_EXITED || got.FinishedAt < got.StartedAt {
		t.Error(got)
	}
	must[*cri.RemoveContainerResponse](t)(n.RemoveContainer(background, &cri.RemoveContainerRequest{ContainerId: id}))
	if _, err := n.ContainerStatus(background, &cri.ContainerStatusRequest{ContainerId: id}); status.Code(err) !=
		codes.NotFound {
		t.Error(err)
	}
}

func TestSandboxes_stopAndRemoveTakeTheirContainers(t *testing.T) {
	n := start(t)
	background := context.Background()
	sandbox := n.sandbox()
	id := n.run(sandbox, "compute")
	must[*cri.StopPodSandboxResponse](t)(n.StopPodSandbox(background,
		&cri.StopPodSandboxRequest{PodSandboxId: sandbox}))
	if got := n.status(id); got.State != cri.ContainerState_CONTAINER_EXITED {
		t.Error(got)
	}
	filter := &cri.ListPodSandboxRequest{Filter: &cri.PodSandboxFilter{
		State: &cri.PodSandboxStateValue{State: cri.PodSandboxState_SANDBOX_READY}}}
	if got := must[*cri.ListPodSandboxResponse](t)(n.ListPodSandbox(background, filter)); len(got.Items) != 0 {
		t.Error(got)
	}
	must[*cri.RemovePodSandboxResponse](t)(n.RemovePodSandbox(background,
		&cri.RemovePodSandboxRequest{PodSandboxId: sandbox}))
	if pods := n.pods(); len(pods) != 0 {
		t.Error(pods)
	}
}

func TestLists_areFiltered(t *testing.T) {
	n := start(t)
	background := context.Background()
	sandbox := n.sandbox()
	n.run(n.sandbox(), "compute")
	n.run(sandbox, "init")
	n.run(sandbox, "compute")
	for wanted, filter := range map[int]*cri.ContainerFilter{3: nil, 2: {PodSandboxId: sandbox},
		1: {State: &cri.ContainerStateValue{State: cri.ContainerState_CONTAINER_EXITED}},
		0: {LabelSelector: map[string]string{"io.kubernetes.container.name": "other"}}} {
		got := must[*cri.ListContainersResponse](t)(n.ListContainers(background,
			&cri.ListContainersRequest{Filter: filter}))
		if len(got.Containers) != wanted {
			t.Errorf("%v: %d", filter, len(got.Containers))
		}
	}
}

func TestControl_showsWhatTheKubeletHandedOver(t *testing.T) {
	n := start(t)
	n.run(n.sandbox(), "compute")
	pods := n.pods()
	if len(pods) != 1 || pods[0].Name != "launcher" || pods[0].Annotations["note"] != "kept" ||
		pods[0].Labels["app"] != "vm" || len(pods[0].Containers) != 1 {
		t.Fatalf("%+v", pods)
	}
	compute := pods[0].Containers[0]
	if compute.Environment["PCI_RESOURCE_NVIDIA_COM_L40S-24Q"] != "0000:41:00.4" || compute.State != "running" ||
		len(compute.Devices) != 1 || compute.Devices[0].Host != "/dev/vfio/65" || len(compute.Mounts) != 3 {
		t.Errorf("%+v", compute)
	}
}

func TestControl_readsMountedFiles(t *testing.T) {
	n := start(t)
	n.run(n.sandbox(), "compute")
	for file, says := range map[string]string{"/secrets/cloud-init/userdata": "", "/all/userdata": "",
		"/secrets/other": "no such file", "/etc/passwd": "nothing is mounted", "/allow": "nothing is mounted"} {
		result, err := control.Ask(n.control, []string{"read", "tenant/launcher", "compute", file})
		if says != "" {
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", file, err)
			}
			continue
		}
		var content []byte
		if err != nil || json.Unmarshal(result, &content) != nil || string(content) != "#cloud-config\n" {
			t.Errorf("%s: %s %v", file, result, err)
		}
	}
}

func TestControl_endsAContainer(t *testing.T) {
	n := start(t)
	id := n.run(n.sandbox(), "compute")
	command := []string{"exit", "tenant/launcher", "compute", "3"}
	if _, err := control.Ask(n.control, command); err != nil {
		t.Fatal(err)
	}
	if got := n.status(id); got.ExitCode != 3 || got.Reason != "Error" {
		t.Error(got)
	}
	if _, err := control.Ask(n.control, command); err == nil {
		t.Error("it ended twice")
	}
}

func TestControl_whatIsNotUnderstood(t *testing.T) {
	n := start(t)
	for _, command := range []string{"", "explode", "exit a/b c x", "read b c d", "read a/b c /d"} {
		if _, err := control.Ask(n.control, strings.Fields(command)); err == nil {
			t.Errorf("%q", command)
		}
	}
}

func TestServe_attachedEndsWithItsStandardInput(t *testing.T) {
	n := start(t)
	_ = n.input.Close()
	end := make(chan error, 1)
	go func() { end <- n.process.Wait() }()
	select {
	case err := <-end:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it still runs")
	}
}
