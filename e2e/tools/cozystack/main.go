// Command cozystack is what the rig needs of Cozystack in one program: what stands for its API server, and what its
// Flux does with a HelmRelease.
package main

import (
	"fmt"
	"os"

	"k8s.io/apiserver/pkg/server"
	"k8s.io/component-base/cli"

	"vgpu-steward.io/e2e/tools/cozystack/api"
	"vgpu-steward.io/e2e/tools/cozystack/release"
)

func main() {
	command := ""
	if len(os.Args) > 1 {
		command = os.Args[1]
		// The commands read os.Args themselves.
		os.Args = os.Args[1:]
	}
	switch command {
	case "cozystack-api":
		os.Exit(cli.Run(api.NewCommand(server.SetupSignalContext())))
	case "helm-release":
		os.Exit(cli.Run(release.NewCommand()))
	default:
		fmt.Fprintln(os.Stderr, "usage: cozystack cozystack-api|helm-release …")
		os.Exit(2)
	}
}
