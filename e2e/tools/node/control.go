package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// listen answers "start kubelet" and the like with "ok" or what is wrong, a line each.
func (n *node) listen() (net.Listener, error) {
	path := n.path("node.sock")
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				for lines := bufio.NewScanner(connection); lines.Scan(); {
					answer := "ok"
					if err := n.command(strings.Fields(lines.Text())); err != nil {
						answer = strings.ReplaceAll(err.Error(), "\n", " ")
					}
					if _, err := fmt.Fprintln(connection, answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener, nil
}

func (n *node) command(words []string) error {
	if len(words) != 2 {
		return errors.New("usage: start|stop|restart PART")
	}
	n.lock.Lock()
	defer n.lock.Unlock()
	p, err := n.part(words[1])
	if err != nil {
		return err
	}
	switch words[0] {
	case "start":
		return n.run(p)
	case "stop":
		return n.stop(p)
	case "restart":
		if err := n.stop(p); err != nil {
			return err
		}
		return n.run(p)
	}
	return fmt.Errorf("%q is none of start, stop and restart", words[0])
}

func ask(socket, command string) error {
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	defer connection.Close()
	if _, err := fmt.Fprintln(connection, command); err != nil {
		return err
	}
	answer, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return err
	}
	if answer = strings.TrimSpace(answer); answer != "ok" {
		return errors.New(answer)
	}
	return nil
}
