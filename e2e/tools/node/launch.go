package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a node may take to stop by itself.
const patience = 15 * time.Second

// launch starts the node in its namespaces and outlives it. The node ends itself when the pipe to it closes, and is
// killed where this process dies without a word; with its first process the kernel kills all others.
func launch(arguments []string, attached bool) error {
	end := make(chan os.Signal, 1)
	signal.Notify(end, unix.SIGTERM, unix.SIGINT, unix.SIGHUP)
	runtime.LockOSThread() // Pdeathsig looks at the thread
	defer runtime.UnlockOSThread()

	program, err := os.Executable()
	if err != nil {
		return err
	}
	stop, held, err := os.Pipe()
	if err != nil {
		return err
	}
	told, tells, err := os.Pipe()
	if err != nil {
		return err
	}
	node := exec.Command(program, append([]string{inside}, arguments...)...)
	node.Stdin, node.Stdout, node.Stderr = stop, tells, os.Stderr
	node.SysProcAttr = &unix.SysProcAttr{Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWPID, Setpgid: true,
		Pdeathsig: unix.SIGKILL}
	if err := node.Start(); err != nil {
		return fmt.Errorf("a node needs namespaces of its own, and root for them: %w", err)
	}
	_ = stop.Close()
	_ = tells.Close()
	go func() {
		if started, _ := io.ReadAll(told); string(started) == "ready\n" {
			fmt.Println("ready", node.Process.Pid)
		}
	}()
	if attached {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end <- unix.SIGTERM
		}()
	}
	ended := make(chan error, 1)
	go func() { ended <- node.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			err = fmt.Errorf("it ended by itself")
		}
		return err
	case <-end:
		_ = held.Close()
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		_ = node.Process.Kill()
		return fmt.Errorf("it was killed, for it did not stop within %s: %w", patience, <-ended)
	}
}
