package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// node is the parts of a running node.
type node struct {
	options
	lock  sync.Mutex
	parts []*part // in the order of their start
	died  chan string
}

// part is a program of the node.
type part struct {
	name    string
	program string
	args    []string
	process *exec.Cmd
	ended   chan struct{}
	wanted  bool // to run
}

func (n *node) add(name, program string, args ...string) {
	n.parts = append(n.parts, &part{name: name, program: program, args: args})
}

func (n *node) part(name string) (*part, error) {
	for _, p := range n.parts {
		if p.name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("the node has no part %q", name)
}

// startPart returns when the condition holds, if there is one.
func (n *node) startPart(name string, stop <-chan struct{}, ready func() bool) error {
	n.lock.Lock()
	p, err := n.part(name)
	if err == nil {
		err = n.run(p)
	}
	n.lock.Unlock()
	if err == nil && ready != nil {
		err = await(ready, stop, n.died)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: see %s", name, err, n.logOf(name))
	}
	return nil
}

// run is called with the lock held.
func (n *node) run(p *part) error {
	if p.wanted {
		return fmt.Errorf("%s runs", p.name)
	}
	log, err := os.OpenFile(n.logOf(p.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	p.process = exec.Command(p.program, p.args...)
	p.process.Dir, p.process.Stdout, p.process.Stderr = n.folder, log, log
	p.process.Env = append(os.Environ(), "NODE_NAME="+n.name, "POD_NAMESPACE=kubevirt")
	if err := p.process.Start(); err != nil {
		return err
	}
	p.wanted, p.ended = true, make(chan struct{})
	go n.watch(p, p.process, p.ended)
	return nil
}

func (n *node) watch(p *part, process *exec.Cmd, ended chan struct{}) {
	_ = process.Wait()
	close(ended)
	n.lock.Lock()
	defer n.lock.Unlock()
	if p.wanted && p.ended == ended {
		p.wanted = false
		n.died <- p.name
	}
}

// stop is called with the lock held. A part that does not follow SIGTERM is killed.
func (n *node) stop(p *part) error {
	if !p.wanted {
		return fmt.Errorf("%s does not run", p.name)
	}
	p.wanted = false
	_ = p.process.Process.Signal(unix.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(3 * time.Second):
		_ = p.process.Process.Kill()
		<-p.ended
	}
	return nil
}

// stopAll stops in reverse order.
func (n *node) stopAll() {
	n.lock.Lock()
	defer n.lock.Unlock()
	for _, p := range slices.Backward(n.parts) {
		if p.wanted {
			_ = n.stop(p)
		}
	}
}
