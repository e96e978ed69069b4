// Package control changes a simulated host from outside: a line of words over a Unix socket, a line of JSON back.
package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"vgpu-steward.io/e2e/tools/gpusim/gpu"
)

// Answer is what comes back for one line.
type Answer struct {
	Error  string `json:"error,omitempty"`
	Result any    `json:"result,omitempty"`
}

// Listen opens the socket, over one that a killed process has left.
func Listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

// Serve answers until the listener is closed.
func Serve(listener net.Listener, host *gpu.Host) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go converse(connection, host)
	}
}

func converse(connection net.Conn, host *gpu.Host) {
	defer connection.Close()
	lines := bufio.NewScanner(connection)
	answers := json.NewEncoder(connection)
	for lines.Scan() {
		answer := Answer{}
		result, err := run(host, strings.Fields(lines.Text()))
		if err != nil {
			answer.Error = err.Error()
		} else {
			answer.Result = result
		}
		if answers.Encode(answer) != nil {
			return
		}
	}
}

// Ask sends one command and gives its result as JSON.
func Ask(socket string, words []string) (json.RawMessage, error) {
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if _, err := fmt.Fprintln(connection, strings.Join(words, " ")); err != nil {
		return nil, err
	}
	var answer struct {
		Error  string
		Result json.RawMessage
	}
	if err := json.NewDecoder(connection).Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	return answer.Result, nil
}
