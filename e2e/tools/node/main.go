// Command node is one node of a cluster on this machine: a kubelet and KubeVirt's device controller over simulated
// GPUs, in a mount and a PID namespace of their own.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const usage = `Usage: node run --name NAME --folder FOLDER --kubeconfig FILE --kubelet PROGRAM --gpusim PROGRAM
                --crisim PROGRAM [--kubevirt PROGRAM --kubevirt-kubeconfig FILE] [--gpus FILE] [--label KEY=VALUE]...
                [--log FOLDER] [--port PORT --read-only-port PORT] [--attached]
       node ctl SOCKET start|stop|restart PART

run starts a node, prints "ready PID" and keeps it until SIGTERM or SIGINT; with --attached also until its standard
input ends. PID is the first process of the node's namespaces: /proc/PID/root shows the node's files. When run ends,
however it ends, so does every process of the node, and with them all of its mounts. FOLDER keeps

  gpusim.sock, crisim.sock   the sockets for their commands
  node.sock                  the socket for ctl
  kubelet/                   the node's /var/lib/kubelet
  log/                       unless it is another: what gpusim, crisim, kubelet and device-controller said, a file each

--gpus is gpusim's configuration; without it the node has no PCI devices. Without --kubevirt no device controller runs.
--kubelet may be a program of several commands, of which kubelet is one. Its ports are free ones unless given.

ctl stops, starts or restarts gpusim, crisim, kubelet or device-controller.
`

// inside is the command that run starts itself with in the new namespaces.
const inside = "inside-the-namespaces"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "node:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) > 0 && arguments[0] == "run":
		options, err := parse(arguments[1:])
		if err != nil {
			return err
		}
		return launch(arguments[1:], options.attached)
	case len(arguments) > 0 && arguments[0] == inside && os.Getpid() == 1:
		options, err := parse(arguments[1:])
		if err != nil {
			return err
		}
		return live(options)
	case len(arguments) == 4 && arguments[0] == "ctl":
		return ask(arguments[1], strings.Join(arguments[2:], " "))
	case len(arguments) == 1 && (arguments[0] == "-h" || arguments[0] == "--help"):
		fmt.Print(usage)
		return nil
	}
	return errors.New("wrong arguments\n" + usage)
}

// options are those of run; paths are absolute.
type options struct {
	name, folder, kubeconfig          string
	kubelet, kubevirt, gpusim, crisim string
	gpus, kubevirtKubeconfig, log     string
	port, readOnlyPort                int
	labels                            []string
	attached                          bool
}

func parse(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("node run", flag.ContinueOnError)
	flags.StringVar(&o.name, "name", "", "the node's name")
	paths := map[string]*string{"folder": &o.folder, "kubeconfig": &o.kubeconfig, "kubelet": &o.kubelet,
		"kubevirt": &o.kubevirt, "gpusim": &o.gpusim, "crisim": &o.crisim, "gpus": &o.gpus,
		"kubevirt-kubeconfig": &o.kubevirtKubeconfig, "log": &o.log}
	optional := []string{"kubevirt", "kubevirt-kubeconfig", "gpus", "log"}
	for name, path := range paths {
		flags.StringVar(path, name, "", "a path")
	}
	flags.Func("label", "a label of the Node object", func(label string) error {
		if !strings.Contains(label, "=") {
			return fmt.Errorf("%q is not KEY=VALUE", label)
		}
		o.labels = append(o.labels, label)
		return nil
	})
	flags.IntVar(&o.port, "port", 0, "the kubelet's port")
	flags.IntVar(&o.readOnlyPort, "read-only-port", 0, "its port without credentials")
	flags.BoolVar(&o.attached, "attached", false, "end when standard input ends")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if o.name == "" || flags.NArg() > 0 || (o.kubevirt == "") != (o.kubevirtKubeconfig == "") {
		return o, errors.New("wrong arguments\n" + usage)
	}
	for name, path := range paths {
		if *path == "" {
			if slices.Contains(optional, name) {
				continue
			}
			return o, fmt.Errorf("--%s is needed\n%s", name, usage)
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, err
		}
		*path = absolute
	}
	if o.log == "" {
		o.log = o.path("log")
	}
	if socket := o.path("gpusim.sock"); len(socket) > longestSocket {
		return o, fmt.Errorf("%s is too long for a socket's address: give a shorter --folder", socket)
	}
	return o, nil
}

// longestSocket is what fits into sockaddr_un.
const longestSocket = 107

func (o options) logOf(part string) string {
	return filepath.Join(o.log, part+".log")
}

func (o options) path(parts ...string) string {
	return filepath.Join(append([]string{o.folder}, parts...)...)
}
