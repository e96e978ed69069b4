// Command gpusim shows simulated NVIDIA GPUs as the kernel and NVIDIA's driver do in sysfs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/control"
	"vgpu-steward.io/e2e/tools/gpusim/gpu"
	"vgpu-steward.io/e2e/tools/gpusim/mount"
)

const usage = `Usage: gpusim serve --config FILE --mount FOLDER --socket SOCKET [--attached]
       gpusim ctl SOCKET COMMAND...

serve mounts what /sys has of the GPUs in FILE over FOLDER, prints "ready" and serves until SIGTERM, SIGINT or an
unmount; with --attached also until its standard input ends, which it does when the process at its other end dies,
however that dies. FOLDER/bus/pci/devices may be mounted over /sys/bus/pci/devices by itself.

ctl sends one command to a running gpusim and prints the answer as JSON:
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gpusim:", err)
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
		fmt.Print(usage, control.Usage())
		return nil
	}
	return errors.New("wrong arguments\n" + usage + control.Usage())
}

func serve(arguments []string) error {
	flags := flag.NewFlagSet("gpusim serve", flag.ContinueOnError)
	config := flags.String("config", "", "the GPUs, as YAML or JSON")
	folder := flags.String("mount", "", "where their sysfs appears")
	socket := flags.String("socket", "", "the Unix socket for commands")
	attached := flags.Bool("attached", false, "end when standard input ends")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *config == "" || *folder == "" || *socket == "" || flags.NArg() > 0 {
		return errors.New("wrong arguments\n" + usage)
	}
	read, err := gpu.ReadConfig(*config)
	if err != nil {
		return err
	}
	host, err := gpu.NewHost(read)
	if err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	listener, err := control.Listen(*socket)
	if err != nil {
		return err
	}
	defer listener.Close()
	mounted, err := mount.At(*folder, host)
	if err != nil {
		return err
	}
	go control.Serve(listener, host)
	gone := make(chan struct{})
	go func() { mounted.Wait(); close(gone) }()
	if *attached {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end <- unix.SIGTERM
		}()
	}
	fmt.Println("ready")
	select {
	case <-gone:
		return nil
	case <-end:
		return mounted.End()
	}
}
