// Command crisim is a container runtime for the kubelet that runs nothing, and shows what it was told to run.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"google.golang.org/grpc"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"vgpu-steward.io/e2e/tools/crisim/control"
	"vgpu-steward.io/e2e/tools/crisim/runtime"
)

const usage = `Usage: crisim serve --cri SOCKET --control SOCKET [--pods URL] [--storage FOLDER] [--attached]
       crisim ctl SOCKET COMMAND...

serve answers the kubelet on one socket and tests on the other, prints "ready" and ends with SIGTERM or SIGINT; with
--attached also when its standard input ends. --pods is the kubelet's list, http://127.0.0.1:PORT/pods on its
read-only port: init containers finish at once, and it says which these are. --storage is a folder on the file system
where images would be.

ctl sends one command and prints the answer as JSON:
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crisim:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) > 0 && arguments[0] == "serve":
		return serve(arguments[1:])
	case len(arguments) > 2 && arguments[0] == "ctl":
		result, err := control.Ask(arguments[1], arguments[2:])
		if err == nil && result != nil {
			fmt.Println(string(result))
		}
		return err
	case len(arguments) == 1 && (arguments[0] == "-h" || arguments[0] == "--help"):
		fmt.Print(usage, control.Usage)
		return nil
	}
	return errors.New("wrong arguments\n" + usage + control.Usage)
}

func serve(arguments []string) error {
	flags := flag.NewFlagSet("crisim serve", flag.ContinueOnError)
	criSocket := flags.String("cri", "", "the Unix socket for the kubelet")
	controlSocket := flags.String("control", "", "the Unix socket for tests")
	pods := flags.String("pods", "", "the kubelet's list of pods")
	storage := flags.String("storage", "/", "where images would be")
	attached := flags.Bool("attached", false, "end when standard input ends")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *criSocket == "" || *controlSocket == "" || flags.NArg() > 0 {
		return errors.New("wrong arguments\n" + usage)
	}
	storagePath, err := filepath.Abs(*storage)
	if err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	kubeletListener, err := listen(*criSocket)
	if err != nil {
		return err
	}
	defer kubeletListener.Close()
	controlListener, err := listen(*controlSocket)
	if err != nil {
		return err
	}
	defer controlListener.Close()

	state := runtime.New(newKubelet(*pods), storagePath)
	server := grpc.NewServer()
	cri.RegisterRuntimeServiceServer(server, state)
	cri.RegisterImageServiceServer(server, state)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(kubeletListener) }()
	go control.Serve(controlListener, state)
	if *attached {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end <- syscall.SIGTERM
		}()
	}
	fmt.Println("ready")
	select {
	case err := <-failed:
		return err
	case <-end:
		server.Stop()
		return nil
	}
}

// listen takes the place of a socket that a killed process has left.
func listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}
