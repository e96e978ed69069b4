package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

const defaultNodes = 5000

// benchExtender measures filter and prioritize of a program that follows an API server, beside an extender that passes
// all, and how much memory the view takes.
func benchExtender(arguments []string) error {
	flags := flag.NewFlagSet("extender", flag.ExitOnError)
	length := flags.Duration("time", 4*time.Second, "length of each measurement")
	warm := flags.Int("warm", 4000, "how many requests for 1,000 nodes warm the JVM up")
	guests := flags.Int("guests", 100_000, "how many virtual machines the larger cluster has")
	nodes := flags.Int("nodes", defaultNodes, "how many nodes there are")
	only := flags.Int("only", -1, "measure the one case of this number alone")
	jvm := flags.String("jvm", "", "one more argument for the JVM, such as a profiler's")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "vgpu-steward-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	keys, err := newPKI(folder)
	if err != nil {
		return err
	}
	fmt.Printf("Extender over TLS, HTTP/2, by names, one connection; half of the nodes fit; load average %s\n", loadAverage())
	t := newTable("virtual machines", "client", "changes", "verb", "nodes", "p50", "pass-all", "ratio", "p99", "pass-all",
		"CPU/req", "pass-all", "answer")
	var memory []string
	for i, run := range []struct {
		guests  int
		mutual  bool
		changes []bool
	}{{0, false, []bool{false}}, {0, true, []bool{false}}, {*guests, true, []bool{false, true}}} {
		if *only >= 0 && i != *only {
			continue
		}
		b := &extenderBench{keys: keys, nodes: *nodes, guests: run.guests, mutual: run.mutual, length: *length, warm: *warm}
		said, err := b.measure(t, run.changes, nonEmpty(*jvm))
		if err != nil {
			return err
		}
		memory = append(memory, said)
	}
	t.print()
	for _, line := range memory {
		fmt.Println(line)
	}
	fmt.Println()
	return nil
}

type extenderBench struct {
	keys   *pki
	fleet  *fleet
	nodes  int
	guests int
	mutual bool
	length time.Duration
	warm   int
}

func (b *extenderBench) measure(t *table, changes []bool, jvm []string) (string, error) {
	var err error
	if b.fleet, err = newFleet(b.nodes, b.guests); err != nil {
		return "", err
	}
	api, err := startAPI(b.keys, b.fleet)
	if err != nil {
		return "", err
	}
	defer api.close()
	flags := []string{"--kubeconfig=" + b.keys.file("kubeconfig"), "--namespace=vgpu-steward", "--controller=false",
		"--extender-listen=127.0.0.1:0"}
	client := "any"
	if b.mutual {
		client = "mTLS"
		flags = append(flags, "--extender-client-ca="+b.keys.file("ca.crt"))
	} else {
		flags = append(flags, "--extender-client-auth=none")
	}
	start := time.Now()
	steward, err := startSteward(b.keys, jvm, flags...)
	if err != nil {
		return "", err
	}
	defer steward.close()
	started := time.Since(start)
	address, err := steward.logged(`extender on (https://\S+)`)
	if err != nil {
		return "", err
	}
	peer, err := startPeer(b.keys, b.mutual)
	if err != nil {
		return "", err
	}
	defer peer.close()

	if err := b.check(address); err != nil {
		return "", err
	}
	for _, verb := range []string{"filter", "prioritize"} {
		for done := 0; done < b.warm; {
			r, err := b.ask(steward, address, verb, 1000, time.Second)
			if err != nil {
				return "", err
			}
			done += r.requests
		}
	}
	for _, changing := range changes {
		stop := func() {}
		word := "none"
		if changing {
			word = "150/s"
			stop = b.change(api)
		}
		for _, verb := range []string{"filter", "prioritize"} {
			for _, candidates := range []int{100, 1000, 5000} {
				if candidates > b.nodes {
					continue
				}
				var ours, theirs result
				for range 2 {
					one, err := b.ask(steward, address, verb, candidates, b.length/2)
					if err != nil {
						return "", err
					}
					other, err := b.ask(peer, peer.url, verb, candidates, b.length/4)
					if err != nil {
						return "", err
					}
					ours, theirs = ours.and(one), theirs.and(other)
				}
				t.row(strconv.Itoa(b.guests), client, word, verb, strconv.Itoa(candidates),
					millis(ours.at(.5)), millis(theirs.at(.5)), ratio(float64(ours.at(.5)), float64(theirs.at(.5))),
					millis(ours.at(.99)), millis(theirs.at(.99)), millis(ours.serverEach()), millis(theirs.serverEach()),
					fmt.Sprintf("%d kB", len(ours.answer)/1000))
			}
		}
		stop()
	}
	heap, err := steward.heapAfterGC()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d nodes, %d virtual machines with instance and launcher (%d with a vGPU): heap after a full GC %s,"+
		" RSS %s, ready after %.1f s", b.nodes, b.guests, b.fleet.vgpus, mebibytes(heap), mebibytes(residentOf(steward.pid())),
		started.Seconds()), nil
}

func (b *extenderBench) ask(server *process, address, verb string, candidates int, length time.Duration) (result, error) {
	client := newSchedulerClient(address+"/scheduler/"+verb, b.keys.clientConfig())
	defer client.close()
	var bodies [][]byte
	for i := range 10 {
		bodies = append(bodies, b.body(i, candidates))
	}
	return run([]asker{client}, bodies, length, server.pid())
}

// As scheduler/extender.go has it: a key for each field, in the case of Go.
func (b *extenderBench) body(pod, candidates int) []byte {
	names := nodeNames(candidates)
	out, err := json.Marshal(extenderArgs{Pod: json.RawMessage(b.fleet.pendingPodWithVgpu(pod)), NodeNames: &names})
	if err != nil {
		panic(err)
	}
	return out
}

// check compares one answer with what the fleet is like: a fast wrong answer is worth nothing.
func (b *extenderBench) check(address string) error {
	client := newSchedulerClient(address+"/scheduler/filter", b.keys.clientConfig())
	defer client.close()
	count := min(1000, b.nodes)
	answer, err := client.ask(b.body(0, count))
	if err != nil {
		return err
	}
	var filtered filterResult
	if err := json.Unmarshal(answer, &filtered); err != nil {
		return err
	}
	if filtered.Error != "" || filtered.NodeNames == nil {
		return errors.New("filter answers " + string(answer))
	}
	var expected []string
	for i := range count {
		if fits(i) {
			expected = append(expected, nodeName(i))
		}
	}
	if strings.Join(*filtered.NodeNames, " ") != strings.Join(expected, " ") {
		reasons := make([]string, 0, 5)
		for node, why := range filtered.FailedAndUnresolvableNodes {
			reasons = append(reasons, node+": "+why)
		}
		sort.Strings(reasons)
		return fmt.Errorf("filter passes %d of %d nodes, not %d: %s", len(*filtered.NodeNames), count, len(expected),
			strings.Join(reasons[:min(12, len(reasons))], "\n"))
	}
	return nil
}

// change has a hundred pods, forty heartbeats and ten inventories change in each second, until it is stopped.
func (b *extenderBench) change(api *api) (stop func()) {
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			for i := range 5 {
				// One comes and another one goes.
				guest := b.guests + (n*5+i)%1000
				api.send("/api/v1/pods", "ADDED", b.fleet.pod(guest, api.nextVersion()))
				gone := b.guests + (n*5+i+500)%1000
				api.send("/api/v1/pods", "DELETED", b.fleet.pod(gone, api.nextVersion()))
			}
			for i := range 4 {
				api.send("/apis/coordination.k8s.io/v1/namespaces/vgpu-steward/leases", "MODIFIED",
					b.fleet.lease((n*4+i)%b.nodes, api.nextVersion()))
			}
			api.send("/apis/vgpu-steward.io/v1alpha1/vgpunodes", "MODIFIED",
				b.fleet.vgpuNode(n%b.nodes, api.nextVersion(), fmt.Sprint("published ", n, " times")))
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}
