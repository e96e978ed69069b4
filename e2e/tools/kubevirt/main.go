// Command kubevirt is what the rig needs of KubeVirt in one program: virt-api, virt-controller, the device controller
// of virt-handler, and the manifests that virt-operator would create.
package main

import (
	"fmt"
	"os"

	"kubevirt.io/client-go/log"

	"kubevirt.io/kubevirt/pkg/service"
	virtapi "kubevirt.io/kubevirt/pkg/virt-api"
	"kubevirt.io/kubevirt/pkg/virt-controller/watch"
)

var commands = map[string]func(){
	"virt-api": func() {
		log.InitializeLogging("virt-api")
		app := virtapi.NewVirtApi()
		service.Setup(app)
		app.Execute()
	},
	"virt-controller":   watch.Execute,
	"device-controller": runDeviceController,
	"manifests":         printManifests,
}

func main() {
	if len(os.Args) > 1 {
		if command, ok := commands[os.Args[1]]; ok {
			// The commands read os.Args themselves.
			os.Args = os.Args[1:]
			command()
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: kubevirt virt-api|virt-controller|device-controller|manifests …")
	os.Exit(2)
}
