package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"
)

//go:embed reviews
var reviews embed.FS

const hookPath = "/mutate/virtualmachines?timeout=10s"

// benchWebhook measures the mutation of virtual machines that ask for a vGPU, beside a null hook.
func benchWebhook(arguments []string) error {
	flags := flag.NewFlagSet("webhook", flag.ExitOnError)
	length := flags.Duration("time", 5*time.Second, "length of each measurement")
	warm := flags.Int("warm", 60_000, "how many reviews of each size warm the JVM up")
	cluster := flags.String("cluster", "", "the folder that is the cluster")
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
	null, err := startPeer(keys, false)
	if err != nil {
		return err
	}
	defer null.close()
	steward, err := startSteward(keys, nonEmpty(*jvm), "--cluster="+*cluster, "--controller=false")
	if err != nil {
		return err
	}
	defer steward.close()

	bodies := map[string][][]byte{}
	for _, size := range []string{"3kB", "10kB"} {
		if bodies[size], err = reviewsOf(size); err != nil {
			return err
		}
	}
	measure := func(server *process, url, size string, connections int, length time.Duration) (result, error) {
		askers := make([]asker, connections)
		for i := range askers {
			one, err := newPlainClient(url, keys.clientConfig())
			if err != nil {
				return result{}, err
			}
			defer one.close()
			askers[i] = one
		}
		return run(askers, bodies[size], length, server.pid())
	}

	fmt.Printf("Webhook over TLS, HTTP/1.1: VirtualMachine reviews that are answered with a patch; load average %s\n",
		loadAverage())
	stewardURL, nullURL := steward.url+hookPath, null.url+"/mutate"
	for _, size := range []string{"3kB", "10kB"} {
		var answer result
		for done := 0; done < *warm; done += answer.requests {
			if answer, err = measure(steward, stewardURL, size, 8, time.Second); err != nil {
				return err
			}
		}
		if err := requirePatch(answer.answer); err != nil {
			return fmt.Errorf("%s: %w", size, err)
		}
		if _, err := measure(null, nullURL, size, 8, time.Second); err != nil {
			return err
		}
	}
	t := newTable("review", "connections", "req/s", "null hook", "ratio", "p50", "null", "p99", "null",
		"CPU/req", "null", "load's own", "RSS", "null")
	for _, size := range []string{"3kB", "10kB"} {
		for _, connections := range []int{1, 8, 32} {
			// One after the other, twice, so that a busy neighbour hits both.
			var ours, theirs result
			for range 2 {
				one, err := measure(steward, stewardURL, size, connections, *length/2)
				if err != nil {
					return err
				}
				other, err := measure(null, nullURL, size, connections, *length/2)
				if err != nil {
					return err
				}
				ours, theirs = ours.and(one), theirs.and(other)
			}
			t.row(fmt.Sprintf("%s (%d B)", size, len(bodies[size][0])), strconv.Itoa(connections),
				number(ours.rate()), number(theirs.rate()), ratio(ours.rate(), theirs.rate()),
				millis(ours.at(.5)), millis(theirs.at(.5)), millis(ours.at(.99)), millis(theirs.at(.99)),
				millis(ours.serverEach()), millis(theirs.serverEach()), millis(ours.ownEach()),
				mebibytes(residentOf(steward.pid())), mebibytes(residentOf(null.pid())))
		}
	}
	t.print()
	return nil
}

// reviewsOf makes reviews of different machines, all of one size.
func reviewsOf(size string) ([][]byte, error) {
	content, err := reviews.ReadFile("reviews/" + size + ".json")
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, content); err != nil {
		return nil, err
	}
	bodies := make([][]byte, 100)
	for i := range bodies {
		bodies[i] = bytes.ReplaceAll(compact.Bytes(), []byte("000000"), fmt.Appendf(nil, "%06d", i))
	}
	return bodies, nil
}

func requirePatch(answer []byte) error {
	var review admissionReview
	if err := json.Unmarshal(answer, &review); err != nil {
		return err
	}
	if review.Response == nil || review.Response.Patch == "" {
		return errors.New("not answered with a patch: " + string(answer))
	}
	return nil
}
