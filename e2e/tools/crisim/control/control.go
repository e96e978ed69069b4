// Package control shows the state of a runtime to tests: a line of words over a Unix socket, a line of JSON back.
package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"vgpu-steward.io/e2e/tools/crisim/runtime"
)

// Usage lists the commands.
const Usage = `  pods                             show every pod, and what the kubelet handed its containers
  read NAMESPACE/POD CONTAINER PATH  the content of a mounted file, in base64
  exit NAMESPACE/POD CONTAINER CODE  end a running container
`

// Serve answers until the listener is closed.
func Serve(listener net.Listener, state *runtime.Runtime) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go converse(connection, state)
	}
}

func converse(connection net.Conn, state *runtime.Runtime) {
	defer connection.Close()
	lines := bufio.NewScanner(connection)
	answers := json.NewEncoder(connection)
	for lines.Scan() {
		answer := map[string]any{}
		result, err := run(state, strings.Fields(lines.Text()))
		if err != nil {
			answer["error"] = err.Error()
		} else if result != nil {
			answer["result"] = result
		}
		if answers.Encode(answer) != nil {
			return
		}
	}
}

func run(state *runtime.Runtime, words []string) (any, error) {
	if len(words) == 1 && words[0] == "pods" {
		return state.Pods(), nil
	}
	if len(words) == 4 {
		namespace, pod, both := strings.Cut(words[1], "/")
		switch {
		case !both:
			return nil, fmt.Errorf("%q is not NAMESPACE/POD", words[1])
		case words[0] == "read":
			return state.Read(namespace, pod, words[2], words[3])
		case words[0] == "exit":
			code, err := strconv.ParseInt(words[3], 10, 32)
			if err != nil {
				return nil, fmt.Errorf("%q is no exit code", words[3])
			}
			return nil, state.Exit(namespace, pod, words[2], int32(code))
		}
	}
	return nil, errors.New("not understood; there are\n" + Usage)
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
