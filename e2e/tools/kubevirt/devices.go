package main

import (
	goflag "flag"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/tools/cache"

	"kubevirt.io/client-go/kubecli"
	"kubevirt.io/client-go/log"

	"kubevirt.io/kubevirt/pkg/controller"
	virtconfig "kubevirt.io/kubevirt/pkg/virt-config"
	devicemanager "kubevirt.io/kubevirt/pkg/virt-handler/device-manager"
)

// namespace is where KubeVirt is installed.
const namespace = "kubevirt"

// What virt-handler passes.
const (
	maxDevices  = 1000
	permissions = "rw"
	hypervisor  = "kvm"
)

// runDeviceController runs virt-handler's device plugins until SIGTERM, and nothing else of virt-handler: no KVM, no
// virtual machines. It must share a PID namespace's root and the kubelet's folder with the node's kubelet.
func runDeviceController() {
	node := pflag.String("hostname-override", "", "Name of the node")
	pflag.CommandLine.AddGoFlag(goflag.CommandLine.Lookup("kubeconfig"))
	pflag.CommandLine.AddGoFlag(goflag.CommandLine.Lookup("master"))
	pflag.CommandLine.AddGoFlag(goflag.CommandLine.Lookup("v"))
	pflag.Parse()
	log.InitializeLogging("device-controller")

	client, err := kubecli.GetKubevirtClient()
	if err != nil {
		log.Log.Reason(err).Critical("cannot make a client")
	}
	stop := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		close(stop)
	}()

	factory := controller.NewKubeInformerFactory(client.RestClient(), client, client, nil, namespace)
	kubevirts := factory.KubeVirt()
	definitions := factory.CRD()
	nodes := cache.NewSharedInformer(
		cache.NewListWatchFromClient(client.CoreV1().RESTClient(), "nodes", metav1.NamespaceAll,
			fields.OneTermEqualSelector("metadata.name", *node)),
		&corev1.Node{}, 0)
	config, err := virtconfig.NewClusterConfig(definitions, kubevirts, namespace)
	if err != nil {
		log.Log.Reason(err).Critical("cannot follow KubeVirt's configuration")
	}
	factory.Start(stop)
	go nodes.Run(stop)
	cache.WaitForCacheSync(stop, kubevirts.HasSynced, definitions.HasSynced, nodes.HasSynced)

	permanent := devicemanager.PermanentHostDevicePlugins(hypervisor, maxDevices, permissions)
	devicemanager.NewDeviceController(*node, maxDevices, permissions, permanent, config, nodes.GetStore()).Run(stop)
}
