package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Each object must be one: what the program cannot read it leaves out, and would be fast for it.
func TestFleet(t *testing.T) {
	f, err := newFleet(10, 100)
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string]string{
		"pending pod": f.pendingPodWithVgpu(3),
		"inventory":   f.vgpuNode(8, 2, "mixed"),
	}
	for path, kind := range (&api{fleet: f}).kinds() {
		objects[path+" first"], objects[path+" last"] = kind.make(0), kind.make(kind.count-1)
	}
	for name, object := range objects {
		var tree map[string]any
		if err := json.Unmarshal([]byte(object), &tree); err != nil {
			t.Errorf("%s is no JSON: %v", name, err)
		}
		if strings.Contains(object, "{{") {
			t.Errorf("%s is not filled in: %s", name, object)
		}
	}
	if strings.Contains(objects["pending pod"], "nodeName") {
		t.Error("the pending pod has a node")
	}
}

// The load, by both of its clients, against the peers.
func TestLoad(t *testing.T) {
	keys, err := newPKI(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /scheduler/filter", passAll)
	mux.HandleFunc("POST /mutate", hook)
	server := httptest.NewUnstartedServer(mux)
	server.TLS = keys.serverConfig(true)
	server.StartTLS()
	defer server.Close()

	bodies, err := reviewsOf("10kB")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := newPlainClient(server.URL+"/mutate", keys.clientConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer plain.close()
	reviewed, err := run([]asker{plain}, bodies, 50*time.Millisecond, 0)
	if err != nil || reviewed.requests == 0 {
		t.Fatalf("%d reviews: %v", reviewed.requests, err)
	}
	if err := requirePatch(reviewed.answer); err != nil {
		t.Error(err)
	}

	scheduler := newSchedulerClient(server.URL+"/scheduler/filter", keys.clientConfig())
	defer scheduler.close()
	answer, err := scheduler.ask([]byte(`{"Pod":{},"Nodes":null,"NodeNames":["a","b"]}`))
	if err != nil {
		t.Fatal(err)
	}
	var filtered filterResult
	if err := json.Unmarshal(answer, &filtered); err != nil || len(*filtered.NodeNames) != 2 {
		t.Errorf("%s: %v", answer, err)
	}
}
