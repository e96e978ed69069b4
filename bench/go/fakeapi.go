package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

// api is as much of an API server as the program needs to see a fleet: pages of lists, and watches. A real one with its
// etcd takes minutes to be filled with as many objects.
type api struct {
	fleet    *fleet
	server   *http.Server
	listener net.Listener
	mutex    sync.Mutex
	watches  map[string]map[chan []byte]bool
	version  int
}

// kindOf says how many objects of a kind there are, and makes the one of a number.
type kindOf struct {
	count int
	make  func(i int) string
}

func (a *api) kinds() map[string]kindOf {
	f := a.fleet
	one := func(file string) func(int) string { return func(i int) string { return f.fill(file, i, 1) } }
	return map[string]kindOf{
		"/apis/kubevirt.io/v1/kubevirts":               {1, one("kubevirt")},
		"/apis/kubevirt.io/v1/virtualmachines":         {f.guests, func(i int) string { return f.guest("vm", i, 1) }},
		"/apis/kubevirt.io/v1/virtualmachineinstances": {f.guests, func(i int) string { return f.guest("vmi", i, 1) }},
		"/apis/vgpu-steward.io/v1alpha1/vgpunodes":     {f.nodes, func(i int) string { return f.vgpuNode(i, 1, "as configured") }},
		"/apis/coordination.k8s.io/v1/namespaces/vgpu-steward/leases": {
			f.nodes, func(i int) string { return f.lease(i, 1) }},
		"/api/v1/namespaces": {namespaces, one("namespace")},
		"/api/v1/nodes":      {f.nodes, func(i int) string { return f.node(i, 1) }},
		"/api/v1/pods":       {f.guests, func(i int) string { return f.guest("pod", i, 1) }},
	}
}

func startAPI(p *pki, f *fleet) (*api, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &api{fleet: f, listener: listener, watches: map[string]map[chan []byte]bool{}, version: 1000}
	a.server = &http.Server{Handler: http.HandlerFunc(a.serve), TLSConfig: p.serverConfig(false)}
	go func() { _ = a.server.ServeTLS(listener, "", "") }()
	kubeconfig := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: bench
clusters:
- name: bench
  cluster: {server: "https://%s", certificate-authority: %q}
users:
- name: bench
  user: {token: bench}
contexts:
- name: bench
  context: {cluster: bench, user: bench}
`, listener.Addr(), p.file("ca.crt"))
	return a, os.WriteFile(p.file("kubeconfig"), []byte(kubeconfig), 0o600)
}

func (a *api) close() { _ = a.server.Close() }

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/version":
		_, _ = w.Write([]byte(`{"major":"1","minor":"36","gitVersion":"v1.36.3"}`))
	case r.Header.Get("Upgrade") != "":
		// No WebSocket: with this answer the client goes on with a plain watch.
	case r.URL.Query().Get("watch") == "true":
		a.watch(w, r)
	default:
		a.list(w, r)
	}
}

func (a *api) list(w http.ResponseWriter, r *http.Request) {
	kind := a.kinds()[r.URL.Path]
	query := r.URL.Query()
	from, _ := strconv.Atoi(query.Get("continue"))
	to := kind.count
	if limit, _ := strconv.Atoi(query.Get("limit")); limit > 0 {
		to = min(to, from+limit)
	}
	metadata := `{"resourceVersion":"1000"`
	if to < kind.count {
		metadata += fmt.Sprintf(`,"continue":"%d"`, to)
	}
	var out bytes.Buffer
	out.WriteString(`{"apiVersion":"v1","kind":"List","metadata":` + metadata + `},"items":[`)
	for i := from; i < to; i++ {
		if i > from {
			out.WriteByte(',')
		}
		out.WriteString(kind.make(i))
	}
	out.WriteString(`]}`)
	_, _ = w.Write(out.Bytes())
}

func (a *api) watch(w http.ResponseWriter, r *http.Request) {
	events := make(chan []byte, 1024)
	a.mutex.Lock()
	if a.watches[r.URL.Path] == nil {
		a.watches[r.URL.Path] = map[chan []byte]bool{}
	}
	a.watches[r.URL.Path][events] = true
	a.mutex.Unlock()
	defer func() {
		a.mutex.Lock()
		delete(a.watches[r.URL.Path], events)
		a.mutex.Unlock()
	}()
	flusher := w.(http.Flusher)
	w.WriteHeader(http.StatusOK)
	flusher.Flush()
	for {
		select {
		case event := <-events:
			if _, err := w.Write(event); err != nil {
				return
			}
			flusher.Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// send tells those that watch a collection of an event.
func (a *api) send(path, kind, object string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for watch := range a.watches[path] {
		select {
		case watch <- []byte(`{"type":"` + kind + `","object":` + object + "}\n"):
		default: // Nobody reads: that shows in the numbers soon enough.
		}
	}
}

// nextVersion is the resource version of a new event.
func (a *api) nextVersion() int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.version++
	return a.version
}

func compacted(content []byte) ([]byte, error) {
	var out bytes.Buffer
	// Numbers that are filled in are no JSON before: they stand in strings.
	err := json.Compact(&out, bytes.TrimSpace(content))
	return []byte(strings.TrimSpace(out.String())), err
}
